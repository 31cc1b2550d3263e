// The week of a berthd in vis-timeline: a group per GPU, nested under its node, an item per bar and track.
"use strict";

async function draw() {
    const answer = await fetch("/api/v1/calendar" + location.search);
    const calendar = await answer.json();
    const groups = [];
    let flat = 0;
    for (const node of calendar.nodes) {
        const nested = node.gpus.map(() => flat++);
        groups.push({ id: `n/${node.name}`, content: node.name, nestedGroups: nested, order: nested[0] - 0.5 });
        node.gpus.forEach((gpu, i) => groups.push({ id: nested[i], content: `GPU ${i}`, order: nested[i] }));
    }
    const items = calendar.reservations.flatMap((one) =>
        one.gpus.map((gpu) => ({
            id: `${one.id}@${gpu}`, group: gpu, content: one.title, start: one.start, end: one.end,
        })),
    );
    window.timeline = new vis.Timeline(
        document.body, new vis.DataSet(items), new vis.DataSet(groups),
        {
            start: calendar.from, end: calendar.to, stack: false, height: "100%", verticalScroll: true,
            zoomKey: "ctrlKey", orientation: "top", groupOrder: "order", margin: { item: 2, axis: 2 },
        },
    );
}

void draw();
