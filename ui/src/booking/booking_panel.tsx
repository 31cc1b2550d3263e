/** The form beside the tracks for the draft that is being booked. */

export function BookingPanel() {
    return null;
}
