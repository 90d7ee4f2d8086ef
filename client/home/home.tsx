/** Template cards and recent workflows. */
export function Home() {
  return null;
}
