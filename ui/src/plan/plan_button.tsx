/** Opens the question: can it be done by then? */

export function PlanButton() {
    return null;
}
