// Tells how much room is left, when the typing has stopped. Counts as the server does: characters, not bytes.
for (const box of document.querySelectorAll("[data-max]")) {
  const words = document.getElementById(`${box.id}-count`);
  let pause;
  const tell = () => {
    const left = box.dataset.max - [...box.value.trim()].length;
    words.textContent = (left < 0 ? words.dataset.over : words.dataset.left).replace("{count}", Math.abs(left));
  };
  box.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(tell, 1000);
  });
}
