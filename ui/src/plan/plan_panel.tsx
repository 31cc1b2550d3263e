/** The question for a deadline, and its answer in words; its windows lie on the tracks. */

export function PlanPanel() {
    return null;
}
