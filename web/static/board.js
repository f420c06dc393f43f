/*
 * Dragging a ride to another driver's line opens the page that tells what the move costs; nothing is moved by it.
 * Without this script one chooses both from a list, which is complete. Licensed under the EUPL-1.2.
 */
(() => {
  "use strict";
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const ENOUGH_PX = 8;
  let held = null;

  const laneAt = (event) => {
    const found = document.elementFromPoint(event.clientX, event.clientY);
    return found ? found.closest("[data-driver]") : null;
  };
  const show = (lane) => {
    for (const one of board.querySelectorAll(".day-lane--target")) one.classList.remove("day-lane--target");
    if (lane) lane.classList.add("day-lane--target");
    board.classList.toggle("day-board--dragging", Boolean(held && held.isMoving));
  };
  const drop = () => {
    held = null;
    show(null);
  };

  board.addEventListener("dragstart", (event) => event.preventDefault());
  board.addEventListener("pointerdown", (event) => {
    const ride = event.target.closest("[data-ride]");
    // A finger scrolls; it taps the ride and then the driver.
    if (!ride || event.button !== 0 || event.pointerType === "touch") return;
    held = { ride: ride.dataset.ride, x: event.clientX, y: event.clientY, isMoving: false };
  });
  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) >= ENOUGH_PX) held.isMoving = true;
    if (held.isMoving) show(laneAt(event));
  });
  document.addEventListener("pointerup", (event) => {
    if (!held) return;
    const { ride, isMoving } = held;
    const lane = isMoving ? laneAt(event) : null;
    // The click that follows would open the ride itself.
    if (isMoving) board.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
    drop();
    if (!lane) return;
    const choice = new URLSearchParams({ rit: ride, chauffeur: lane.dataset.driver });
    window.location.assign(`${board.dataset.board}?${choice}#verplaatsen`);
  });
  document.addEventListener("pointercancel", drop);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && held) drop();
  });
})();
