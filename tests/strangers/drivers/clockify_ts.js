// clockify-ts: a client over axios. Arguments as in clockify_sdk.py.
const axios = require("axios");
const [root, key, workspace, header] = process.argv.slice(2);

const create = axios.create.bind(axios);
axios.create = (options) => {
  const headers = { ...options.headers };
  if (header) {
    delete headers["X-Api-Key"];
    headers[header.split(": ")[0]] = header.split(": ")[1];
  }
  return create({ ...options, baseURL: root, headers });
};
const Clockify = require("clockify-ts").default;

async function call(name, fn) {
  let result = {};
  let error = "";
  try {
    result = (await fn()) ?? {};
  } catch (problem) {
    error = `${problem.name}: ${problem.message}`;
  }
  console.log(JSON.stringify({ call: name, error: error.replace(/\s+/g, " ").slice(0, 400) }));
  return result;
}

(async () => {
  const client = new Clockify(key);
  const at = client.workspace.withId ? client.workspace.withId(workspace) : client.workspaces.withId(workspace);
  const me = await call("user.current", () => client.user.get());
  await call("workspaces.list", () => client.workspaces.get());
  await call("users.list", () => at.users.get({}));
  await call("clients.list", () => at.clients.get());
  const made = await call("clients.create", () => at.clients.post({ name: "Stranger" }));
  await call("clients.update", () => at.clients.withId(made.id).put({ name: "Stranger 2" }));
  await call("tags.list", () => at.tags.get());
  const tag = await call("tags.create", () => at.tags.post({ name: "odd" }));
  await call("tags.update", () => at.tags.withId(tag.id).put({ name: "odder" }));
  await call("projects.list", () => at.projects.get());
  const project = await call("projects.create", () => at.projects.post({ name: "Odd job", clientId: made.id, isPublic: false, billable: true, color: "#1976D2" }));
  const job = at.projects.withId(project.id);
  await call("projects.get", () => job.get());
  await call("projects.update", () => job.put({ name: "Odd job 2", clientId: made.id, isPublic: true, billable: true }));
  await call("projects.estimate", () => job.estimate.patch({ timeEstimate: { estimate: "PT10H", type: "MANUAL", active: true } }));
  await call("projects.memberships", () => job.memberships.patch({ memberships: [{ userId: me.id }] }));
  await call("projects.template", () => job.template.patch({ isTemplate: true }));
  await call("tasks.list", () => job.tasks.get());
  const task = await call("tasks.create", () => job.tasks.post({ name: "Look" }));
  await call("tasks.get", () => job.tasks.withId(task.id).get());
  await call("tasks.update", () => job.tasks.withId(task.id).put({ name: "Look", status: "DONE" }));
  await call("tasks.delete", () => job.tasks.withId(task.id).delete());
  const end = new Date(Math.floor(Date.now() / 1000) * 1000);
  const start = new Date(end.getTime() - 3600000);
  const entry = await call("entries.create", () => at.timeEntries.post({ start, end, description: "work" }));
  await call("entries.get", () => at.timeEntries.withId(entry.id).get());
  await call("entries.update", () => at.timeEntries.withId(entry.id).put({ start, end, description: "more" }));
  await call("entries.of_user", () => at.users.withId(me.id).timeEntries.get());
  await call("entries.delete", () => at.timeEntries.withId(entry.id).delete());
  await call("groups.list", () => at.userGroups.get({}));
  const group = await call("groups.create", () => at.userGroups.post({ name: "Visitors" }));
  await call("groups.add", () => at.userGroups.withId(group.id).users.post({ userId: me.id }));
  await call("groups.update", () => at.userGroups.withId(group.id).put({ name: "Guests" }));
  await call("groups.delete", () => at.userGroups.withId(group.id).delete());
  await call("projects.archive", () => job.put({ name: "Odd job 2", archived: true, isPublic: true, billable: true }));
  await call("projects.delete", () => job.delete());
  await call("clients.archive", () => at.clients.withId(made.id).put({ name: "Stranger 2", archived: true }));
  await call("clients.delete", () => at.clients.withId(made.id).delete());
  await call("tags.delete", () => at.tags.withId(tag.id).delete());
})();
