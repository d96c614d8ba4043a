using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Doors.Relay;

/// <summary>Live jobs by the names that relay has for them: queue and id.</summary>
internal static class RelayJobs
{
    // Each further look means that the job changed hands between two calls.
    private const int LooksMax = 10;

    /// <summary>The id that relay's clients know: the caller's own, or, of a job that came in natively without one, the job's.</summary>
    public static string IdOf(Job job) => job.ExternalId ?? job.Id.ToString();

    /// <summary>The live job, if the caller may see it.</summary>
    public static async Task<Job?> FindAsync(HttpContext http, Api api, string queue, string id) =>
        await FindAllAsync(http, api, queue, id) is [var job, ..] ? job : null;

    /// <summary>
    /// The live jobs of this name that the caller may see. By relay's routes an id comes in once in a queue; natively another owner's job
    /// may have it too. Then those that run come first, for it is workers who name jobs again and again.
    /// </summary>
    public static async Task<Job[]> FindAllAsync(HttpContext http, Api api, string queue, string id)
    {
        var find = new Command.Find(queue, id) { AskedBy = ApiKeys.CallerOf(http).Name };
        Outcome found = await api.Shards.ProposeAsync(api.Shards.ShardOf(queue), find, http.RequestAborted);
        IEnumerable<Job> jobs = found is Outcome.Found { Jobs: var named }
            ? named.OrderBy(job => job.Lease is null)
            : await FindNativeAsync(http, api, queue, id) is { } native ? [native] : [];
        return [.. jobs.Where(ApiKeys.CallerOf(http).MaySee)];
    }

    /// <summary>
    /// Has a command applied to a live job that fits how the job stands at that moment: where it has changed since it was looked at, it is
    /// looked at again.
    /// </summary>
    /// <param name="http">The exchange.</param>
    /// <param name="api">The service.</param>
    /// <param name="name">The job.</param>
    /// <param name="commandFor">The command for the job as it stands; null: there is nothing to do.</param>
    /// <returns>The job as it was found, or null; and what the command came to, or null.</returns>
    /// <exception cref="ProblemException">
    /// 403: the caller sees the job, and its key is not for this command. 429: what it brings finds no room.
    /// </exception>
    public static async Task<(Job? Job, Outcome? Outcome)> ApplyAsync(
        HttpContext http, Api api, (string Queue, string Id) name, Func<Job, Command.OnJob?> commandFor)
    {
        Job? job = null;
        for (int looks = 0; looks < LooksMax; looks++)
        {
            Job[] jobs = await FindAllAsync(http, api, name.Queue, name.Id);
            job = Array.Find(jobs, one => commandFor(one) is not null) ?? (jobs is [var first, ..] ? first : null);
            if (job is null || commandFor(job) is not { } command)
            {
                return (job, null);
            }

            Caller caller = ApiKeys.CallerOf(http);
            caller.Require(command, job);
            Outcome outcome = await api.Shards.ProposeAsync(job.Id.Shard, command with { AskedBy = caller.Name }, http.RequestAborted);
            if (outcome is Outcome.Refused { Why: Refusal.NoRoomForState or Refusal.BytesFull } full)
            {
                // The job is there, and the run goes on: not found would end it.
                throw new ProblemException(Problems.Of(full.Why, caller, api.Now));
            }

            if (outcome is not Outcome.Refused { Why: Refusal.StaleLease or Refusal.AlreadyFinished or Refusal.UnknownJob })
            {
                return (job, outcome);
            }
        }

        return (job, null);
    }

    private static async Task<Job?> FindNativeAsync(HttpContext http, Api api, string queue, string text) =>
        JobId.TryParse(text, out JobId id)
        && await api.Shards.FindAsync(id, http.RequestAborted) is JobLookup.Found { Job: { IsFinished: false } job }
        && job.Queue == queue
            ? job
            : null;
}
