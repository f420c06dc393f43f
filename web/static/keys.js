// Letters that do what a link or button on the page does as well. Nothing here is needed: without it the page is whole.
(() => {
  "use strict";
  const STORED = "toetsen-uit";
  const panel = document.getElementById("toetsen");
  const toggle = document.getElementById("toetsen-aan-uit");
  const isOff = () => { try { return localStorage.getItem(STORED) === "1"; } catch { return false; } };
  const remember = (off) => { try { localStorage.setItem(STORED, off ? "1" : "0"); } catch { /* kept for this page only */ } };

  if (panel) panel.hidden = false;
  const label = () => { if (toggle) toggle.textContent = isOff() ? toggle.dataset.keysOn : toggle.dataset.keysOff; };
  if (toggle) toggle.addEventListener("click", () => { remember(!isOff()); label(); });
  label();

  const isTyping = (element) => element.isContentEditable
    || element.tagName === "TEXTAREA" || element.tagName === "SELECT"
    || (element.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(element.type));

  const rowsOf = () => [...document.querySelectorAll("[data-keys-row], .queue__link")];

  const step = (by) => {
    const rows = rowsOf();
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
    rows[next].focus();
  };

  // What a key stands for: a link is followed, a button pressed; something folded is unfolded and its first field chosen.
  const act = (target) => {
    if (target.tagName !== "DETAILS") { target.focus(); target.click(); return; }
    target.open = true;
    (target.querySelector("textarea, input:not([type=hidden]), select, button") || target.querySelector("summary")).focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (event.key === "?") { if (panel) { panel.open = !panel.open; panel.querySelector("summary").focus(); } event.preventDefault(); return; }
    if (isOff()) return;
    if (event.key === "j" || event.key === "k") { step(event.key === "j" ? 1 : -1); event.preventDefault(); return; }
    // With nothing chosen yet, Enter opens what has to be done first.
    const opens = document.querySelector("[data-keys-row]");
    if (event.key === "Enter" && event.target === document.body && opens) { opens.click(); event.preventDefault(); return; }
    if (!/^[a-z0-9]$/.test(event.key)) return;
    const target = document.querySelector(`[data-key="${event.key}"]`);
    if (target) { act(target); event.preventDefault(); }
  });
})();
