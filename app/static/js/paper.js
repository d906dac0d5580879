// A sheet of paper is another room than the screen: what is drawn to measure is drawn again for it.

const PAPER_PX = 700; // inside the margins of a sheet

/**
 * Give an element the width of a sheet while the page is printed; gives back how to stop.
 * @param {HTMLElement} element
 * @param {() => void} refit
 */
export function onPaper(element, refit) {
  /** @param {string} width */
  const take = (width) => () => {
    element.style.width = width;
    refit();
  };
  const [print, back] = [take(`${PAPER_PX}px`), take("")];
  window.addEventListener("beforeprint", print);
  window.addEventListener("afterprint", back);
  return () => {
    window.removeEventListener("beforeprint", print);
    window.removeEventListener("afterprint", back);
  };
}
