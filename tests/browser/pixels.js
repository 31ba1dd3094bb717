// Compares two pictures of the same place: how many pixels differ so that it can be seen (3:1, WCAG 2.2 1.4.11).
async ([before, after]) => {
  const draw = async (picture) => {
    const bitmap = await createImageBitmap(await (await fetch("data:image/png;base64," + picture)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
  };
  const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = (data, at) => 0.2126 * part(data[at]) + 0.7152 * part(data[at + 1]) + 0.0722 * part(data[at + 2]);
  const [one, other] = [await draw(before), await draw(after)];
  let seen = 0;
  for (let at = 0; at < one.length; at += 4) {
    if (one[at] === other[at] && one[at + 1] === other[at + 1] && one[at + 2] === other[at + 2]) continue;
    const [dark, bright] = [light(one, at), light(other, at)].sort((a, b) => a - b);
    if ((bright + 0.05) / (dark + 0.05) >= 3) seen += 1;
  }
  return seen;
}
