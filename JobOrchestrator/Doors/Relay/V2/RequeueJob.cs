using System.Buffers.Binary;
using System.Security.Cryptography;
using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V2;

/// <summary>
/// <c>PUT /v2/queues/{queue}/jobs/{id}/run-id/{runId}?mode=</c>: the job is done and the given ones come in, in one step. A run that is
/// over changes nothing, and that is a 202 as well.
/// </summary>
internal sealed class RequeueJob(DoorOptions options)
{
    public async Task HandleAsync(HttpContext http, Api api)
    {
        (string Queue, string Id) name = RelayRequest.JobOf(http);
        Guid run = RunId.InPath(http);
        OnDuplicate mode = RelayV2.ModeOf(http);
        var intake = new RelayIntake(http, api);
        int place = 0;
        List<NewJob> read = await RelayBody.ReadManyAsync(
            http,
            api,
            members => JobJson.Read(members, intake) with { OnDuplicate = mode, IdempotencyKey = KeyOf(run, place++, members.Utf8) });
        Job[] found = await RelayJobs.FindAllAsync(http, api, name.Queue, name.Id);
        if (Array.Find(found, one => RunId.IsCurrent(run, one)) is not { } job)
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        // Before any of them comes in: those that are stored elsewhere come in ahead of the command that ends the run.
        Caller caller = ApiKeys.CallerOf(http);
        caller.RequireWork(job.Queue);
        read.ForEach(next =>
        {
            caller.RequireFollow(job, next.Queue);
            caller.RequirePriority(next.Priority);
        });
        string? owner = job.Owner ?? caller.OwnerAtDoor(options.RelayOwner);
        List<NewJob> jobs = read.ConvertAll(next => next with { Owner = owner });
        await RelayAnswers.SendAcceptedAsync(http, await RequeueAsync(http, api, intake, name, run, job, jobs, mode));
    }

    /// <summary>
    /// One step covers the jobs of the same shard. Those that are stored elsewhere come in before it, each under a key of its own: if the
    /// step is not reached, the run goes on, and asking again makes no second of them.
    /// </summary>
    /// <returns>The job whose id is taken.</returns>
    private static async Task<NewJob?> RequeueAsync(
        HttpContext http,
        Api api,
        RelayIntake intake,
        (string Queue, string Id) name,
        Guid run,
        Job job,
        List<NewJob> jobs,
        OnDuplicate mode)
    {
        List<NewJob> here = [.. jobs.Where(next => next.Id.Shard == job.Id.Shard).Select(next => next with { IdempotencyKey = null })];
        List<NewJob> elsewhere = [.. jobs.Where(next => next.Id.Shard != job.Id.Shard)];
        intake.RequireOneWrite(here, ended: job);
        if (elsewhere.Count > 0)
        {
            NewJob? conflict = mode == OnDuplicate.Reject
                ? RelayIntake.FindTwice(jobs) ?? await intake.FindTakenAsync(jobs, but: job.Id)
                : null;
            conflict ??= await intake.ProposeAsync(elsewhere, mode);
            if (conflict is not null)
            {
                return conflict;
            }
        }

        (_, Outcome? outcome) = await RelayJobs.ApplyAsync(
            http, api, name, found => RunId.IsCurrent(run, found) ? new Command.Requeue(found.Id, found.Lease!.Token, here) : null);
        return outcome is null ? null : intake.TakenOf(outcome, here);
    }

    /// <summary>The same request for the same run has the same keys.</summary>
    private static string KeyOf(Guid run, int place, ReadOnlySpan<byte> job)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, place);
        hash.AppendData(run.ToByteArray());
        hash.AppendData(number);
        hash.AppendData(job);
        return $"relay-{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
