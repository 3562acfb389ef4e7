// Shares as bars: users by class, and each task's share by its weight. How often tasks were done is not counted.
import { count, percent } from "../data/format";
import type { TaskNode, Tasks, UserClass } from "../data/types";

export function Classes({ classes }: { classes: UserClass[] }) {
  const most = Math.max(1, ...classes.map(({ running, target }) => Math.max(running, target ?? 0)));
  if (classes.length === 0) return <p class="nothing">No users</p>;
  return (
    <table class="bars">
      <tbody>
        {classes.map(({ name, running, target }) => (
          <tr>
            <th scope="row">{name}</th>
            <td>
              <span class="bar" style={{ width: `${(100 * running) / most}%` }} />
            </td>
            <td>
              {count(running)}
              {target != null && target !== running && <span class="muted"> of {count(target)}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Leaf {
  path: string;
  ratio: number;
}

function leaves(nodes: Record<string, TaskNode>, above = "", within = 1): Leaf[] {
  return Object.entries(nodes).flatMap(([name, node]) => {
    const path = above ? `${above} › ${name}` : name;
    const inner = node.tasks && Object.keys(node.tasks).length ? node.tasks : null;
    return inner ? leaves(inner, path, within * node.ratio) : [{ path, ratio: node.ratio * within }];
  });
}

export function TaskShares({ tasks: known }: { tasks: Tasks | null }) {
  if (!known || Object.keys(known.per_class).length === 0) return <p class="nothing">No tasks known yet</p>;
  return (
    <>
      {Object.entries(known.per_class).map(([name, node]) => {
        const all = leaves(node.tasks ?? {});
        return (
          <table class="bars">
            <caption>
              {name} <span class="muted">{percent(node.ratio)} of the users</span>
            </caption>
            <tbody>
              {all.map((leaf) => (
                <tr>
                  <th scope="row" title={leaf.path}>
                    {leaf.path}
                  </th>
                  <td>
                    <span class="bar" style={{ width: `${leaf.ratio * 100}%` }} />
                  </td>
                  <td>{percent(leaf.ratio)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        );
      })}
    </>
  );
}
