"""What the law makes each service do, as dated entries on the one assessment; and what is kept elsewhere (M19)."""
