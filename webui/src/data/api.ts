// Calls to the server, always relative to the page, so that --web-base-path needs no setting here.

export interface Receipt {
  success: boolean;
  message: string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function told(answer: Response): Promise<string> {
  const text = await answer.text().catch(() => "");
  try {
    return (JSON.parse(text) as Receipt).message ?? text;
  } catch {
    return text.slice(0, 300) || `${answer.status} ${answer.statusText}`;
  }
}

export async function get<T>(path: string, query: Record<string, string | number | undefined> = {}): Promise<T> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : "";
  const answer = await fetch(`api/v1/${path}${search}`);
  if (answer.redirected && answer.url.includes("/login")) location.assign("login");
  if (!answer.ok) throw new ApiError(answer.status, await told(answer));
  return (await answer.json()) as T;
}

/** An order: whatever comes back, it is told as a receipt. */
export async function send(method: "POST" | "PATCH" | "DELETE", path: string, body: unknown = {}): Promise<Receipt> {
  try {
    const answer = await fetch(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const text = await answer.text();
    try {
      const receipt = JSON.parse(text) as Partial<Receipt>;
      return { success: receipt.success ?? answer.ok, message: receipt.message ?? "" };
    } catch {
      return { success: answer.ok, message: answer.ok ? "" : text.slice(0, 300) || answer.statusText };
    }
  } catch {
    return { success: false, message: "The server does not answer" };
  }
}

export const order = (name: "start" | "edit" | "stop" | "reset", body: unknown = {}) => send("POST", `api/v1/${name}`, body);
