"""The workers one manages: who is away and who covers, and who leaves and to whom their families go."""
