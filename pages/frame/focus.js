"use strict";
// What Streamlit has no word for: where the cursor goes, and which sentence says what is wrong with
// a field. A page says it by the keys of its containers, which are classes of theirs:
//   cursor-OCCASION-at-FIELD  the cursor goes to this container, and on into the field as one types
//   wrong-FIELD              what stands in it is wrong with this field
//   group-NAME               what stands in it belongs together
//   pastes-FIELD             what is pasted into this field is taken at once
// and by the data of an element: `into` is the field of the cursor, `required` are those needed.
(() => {
  const PASTES = "pastes-", WRONG = "wrong-", GROUP = "group-";
  let went = new Map();

  const places = (start) =>
    [...document.querySelectorAll(`[class*="st-key-${start}"]`)].map((place) => [
      place,
      [...place.classList].find((name) => name.startsWith(`st-key-${start}`)).slice(7 + start.length),
    ]);
  const field = (name) =>
    name ? document.querySelector(`.st-key-${name} input, .st-key-${name} textarea`) : null;
  const isTyping = () => document.activeElement?.matches("input, textarea") ?? false;

  function moveCursor() {
    const now = new Map(places("cursor-").map(([place, name]) => [name, place]));
    for (const { dataset } of document.querySelectorAll("[data-into]"))
      if (field(dataset.into)) now.set(dataset.into, field(dataset.into));
    for (const [name, goal] of now) {
      const isField = goal.matches("input, textarea");
      // A container that is drawn anew has lost the cursor.
      const isLost = !isField && went.get(name) !== goal && document.activeElement === document.body;
      if ((went.has(name) && !isLost) || (isField && isTyping())) continue;
      if (!isField) goal.tabIndex = -1;
      goal.focus();
    }
    went = now;
  }

  function markWrong() {
    const wrong = new Map(places(WRONG).map(([place, name]) => [field(name), [place, name]]));
    for (const was of document.querySelectorAll("[data-marked-wrong]")) {
      if (wrong.has(was)) continue;
      for (const name of ["aria-invalid", "aria-describedby", "data-marked-wrong"])
        was.removeAttribute(name);
    }
    for (const [input, [place, name]] of wrong) {
      if (!input) continue;
      place.id = `${WRONG}${name}`;
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", place.id);
      input.dataset.markedWrong = "";
    }
  }

  function nameGroups() {
    for (const [place, name] of places(GROUP)) {
      place.setAttribute("role", "group");
      place.setAttribute("aria-label", name.replaceAll("-", " "));
    }
    for (const list of document.querySelectorAll("[data-required]"))
      for (const name of list.dataset.required.split(" "))
        field(name)?.setAttribute("aria-required", "true");
  }

  let asked = false;
  const look = () => {
    asked = false;
    nameGroups();
    markWrong();
    moveCursor();
  };
  new MutationObserver(() => {
    if (!asked) requestAnimationFrame(look);
    asked = true;
  }).observe(document, { childList: true, subtree: true });

  document.addEventListener("paste", ({ target }) => {
    if (!(target instanceof Element) || !target.closest(`[class*="st-key-${PASTES}"]`)) return;
    setTimeout(() => {
      target.blur();
      target.focus();
    });
  });
  document.addEventListener(
    "keydown",
    (pressed) => {
      const at = document.querySelector('[class*="st-key-cursor-"][tabindex]');
      if (!at || ![at, document.body].includes(document.activeElement)) return;
      const pastes = (pressed.ctrlKey || pressed.metaKey) && pressed.key.toLowerCase() === "v";
      const types = pressed.key.length === 1 && !pressed.ctrlKey && !pressed.metaKey && !pressed.altKey;
      if (pressed.key === "Enter") pressed.preventDefault();
      if (!pastes && !types && pressed.key !== "Enter") return;
      field(at.className.match(/-at-([\w-]+)/)[1])?.focus();
    },
    true,
  );
})();
