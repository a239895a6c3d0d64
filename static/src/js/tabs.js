// The row of a family's pages is longer than a phone is wide: the page one is on comes into sight. Only the row moves.

const here = document.querySelector(".tabs [aria-current]");
if (here) {
  const row = here.closest(".tabs");
  const [inner, outer] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollBy({ left: inner.left + inner.width / 2 - outer.left - outer.width / 2 });
}
