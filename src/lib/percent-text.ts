/** A share for people, with one decimal where it has one: 0.2 is `20 %`, 0.931 `93.1 %`. @param gap before the sign */
export function percentText(share: number, gap = " "): string {
  return `${Number((share * 100).toFixed(1))}${gap}%`;
}
