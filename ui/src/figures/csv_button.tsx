/** Saves what a page shows as a table. */

import { useState } from "preact/hooks";
import { useApp } from "../app/app";
import { Icon } from "../app/icons";
import { fetchTable, saveTable } from "./csv";

interface Props {
    readonly path: string;
    /** Null as long as nobody knows what to ask for. */
    readonly query: Readonly<Record<string, string>> | null;
    readonly file: string;
}

export function CsvButton({ path, query, file }: Props) {
    const app = useApp();
    const [busy, setBusy] = useState(false);
    const save = async () => {
        setBusy(true);
        try {
            saveTable(file, await fetchTable(app.client, path, query!));
        } catch (error) {
            app.tell(error);
        } finally {
            setBusy(false);
        }
    };
    return (
        <button
            type="button"
            class="secondary csv"
            disabled={busy || query === null}
            title={app.say("figures.csv.how")}
            onClick={() => void save()}
        >
            <Icon name="download" />
            {app.say("figures.csv")}
        </button>
    );
}
