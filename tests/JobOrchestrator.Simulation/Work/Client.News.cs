using System.Net;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>
/// News of leases. Asking for them changes nothing, and they tell what a heartbeat would: the history has nothing of it.
/// </summary>
internal sealed partial class Client
{
    /// <summary>Waits until one of these leases is asked to end or is over.</summary>
    /// <param name="leases">The leases.</param>
    /// <param name="wait">For how long; then there is nothing to tell.</param>
    /// <param name="patience">When it gives up.</param>
    /// <param name="cancellationToken">It gives up before.</param>
    /// <returns>What there is to tell; or why there is none.</returns>
    public async Task<(IReadOnlyList<ToldOfLease>? Told, Answer? Answer)> HearAsync(
        IReadOnlyList<NamedLease> leases, TimeSpan wait, TimeSpan patience, CancellationToken cancellationToken)
    {
        SimReplica to = Choose();
        using var timeout = new CancellationTokenSource(patience, lane.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            List<ToldOfLease> told = await scene.Network.AskAsync(
                lane, to, "News", (shards, token) => HearAsync(shards, leases, wait, token), static _ => { }, either.Token);
            _last = to;
            return (told, null);
        }
        catch (Exception exception) when (exception is not EscapeException)
        {
            _last = null;
            return (null, AnswerOf(exception, hasLeft: false));
        }
    }

    /// <summary>As the service's own endpoint does it, in the replica.</summary>
    private static async Task<List<ToldOfLease>> HearAsync(
        JobShards shards, IReadOnlyList<NamedLease> leases, TimeSpan wait, CancellationToken cancellationToken)
    {
        var told = new List<ToldOfLease>();
        foreach (LeaseNews news in await shards.HearAsync(leases, null, wait, cancellationToken))
        {
            JobLookup lookup = news.Job is { } live
                ? new JobLookup.Found(live)
                : await shards.FindAsync(news.Lease.JobId, cancellationToken);
            HttpStatusCode? status = lookup switch
            {
                JobLookup.Found { Job: var job } => job.StandingOf(news.Lease.Token) switch
                {
                    LeaseStanding.CancelRequested => HttpStatusCode.OK,
                    LeaseStanding.Over => HttpStatusCode.Conflict,
                    _ => null,
                },
                JobLookup.Purged => HttpStatusCode.Gone,
                _ => HttpStatusCode.NotFound,
            };
            if (status is { } known)
            {
                told.Add(new ToldOfLease(news.Lease.JobId, known));
            }
        }

        return told;
    }
}

/// <summary>What there is to tell of one lease.</summary>
/// <param name="JobId">Its job.</param>
/// <param name="Status">200: it is asked to end; else it is over.</param>
internal readonly record struct ToldOfLease(JobId JobId, HttpStatusCode Status);
