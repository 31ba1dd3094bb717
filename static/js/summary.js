// Moves the focus to the list of what must be put right, so that it is read first.
document.querySelector(".summary")?.focus();
