/** The thin bar at the bottom: state, progress, time, device, queue. */
export function RunBar() {
  return null;
}
