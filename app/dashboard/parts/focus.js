// Focus that would be lost with its element goes to what stands there now: whoever uses the keyboard goes on from there.

const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';

export function keepFocus(root) {
  let last = null; // what has the focus, or had it when it went away
  let places = []; // where else it could be, in order
  const open = () => [...root.querySelectorAll(FOCUSABLE)].filter(isOpen);

  document.addEventListener("pointerdown", () => (last = null));
  document.addEventListener("focusin", ({ target }) => {
    last = root.contains(target) ? target : null;
    places = open();
  });

  new MutationObserver((records) => {
    if (!last || !document.hasFocus()) return;
    if (isOpen(last)) {
      if (document.activeElement === document.body) last.focus(); // it was disabled meanwhile
      places = open();
    } else if (!last.isConnected || !last.disabled) {
      const fresh = open().filter((each) => inPlaceOf(last, records).some((node) => node.contains(each)));
      const next = places.slice(places.indexOf(last)).find(isOpen) ?? places.findLast(isOpen);
      (fresh.find((each) => told(each) === told(last)) ?? fresh[0] ?? next)?.focus();
    }
  }).observe(root, { subtree: true, childList: true, attributeFilter: ["disabled", "hidden"] });
}

const isOpen = (element) => !element.disabled && element.checkVisibility();
const told = ({ tagName, ariaLabel, textContent }) => tagName + (ariaLabel ?? textContent);

function inPlaceOf(lost, records) {
  const gone = records.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(lost)));
  return records.filter(({ target }) => target === gone?.target).flatMap(({ addedNodes }) => [...addedNodes]);
}
