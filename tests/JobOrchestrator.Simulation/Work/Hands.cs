using JobOrchestrator.Sdk;
using Job = JobOrchestrator.Core.Job;

namespace JobOrchestrator.Simulation;

/// <summary>
/// The leases that one process of the SDK's worker has in its hands, by what it was given and says itself.
/// </summary>
/// <param name="scene">Where.</param>
/// <param name="lane">The process.</param>
/// <param name="carriesOnFor">How long it keeps a report beyond the lease's end while nobody answers.</param>
internal sealed class Hands(Scene scene, Lane lane, TimeSpan carriesOnFor)
{
    private readonly HashSet<string> _held = [];
    private readonly HashSet<string> _ended = [];

    /// <summary>It has been given a job.</summary>
    public void Take(Job job)
    {
        _held.Add(job.Lease!.Token);
        var length = TimeSpan.FromSeconds(Math.Max(1, job.LeaseSeconds));
        scene.Judges.Holds(lane, job, length, carriesOnFor);
    }

    /// <summary>The report that ends the attempt was answered.</summary>
    public void Lay(string token) => _held.Remove(token);

    /// <summary>It has stopped an attempt as if its lease were over.</summary>
    public void Stop(LeasedJob job)
    {
        if (_held.Contains(job.LeaseToken))
        {
            scene.Judges.Stopped(lane, Guid.Parse(job.Id), job.LeaseToken, isCancel: false);
            scene.Judges.LetGo(lane, job.LeaseToken);
            Lay(job.LeaseToken);
        }
    }

    /// <summary>An attempt has ended, and is to be reported.</summary>
    public void End(string token)
    {
        _ended.Add(token);
        scene.History.Ending(lane.Name, token);
    }

    /// <summary>It no longer tries to report on a job; where two attempts at it have ended, nobody knows on which.</summary>
    /// <param name="leases">The leases of the job that it has.</param>
    /// <param name="isStopping">It was asked to stop.</param>
    public void GiveUp(IEnumerable<LeasedJob> leases, bool isStopping)
    {
        List<string> tokens = [.. leases.Select(job => job.LeaseToken)];
        List<string> ended = tokens.FindAll(_ended.Contains);
        if (ended.Count == 0 && tokens.Count == 1)
        {
            // It has never begun, and was to be given back.
            ended = tokens;
        }

        if (ended is [var only])
        {
            scene.Judges.GivenUp(lane, only, isStopping);
        }

        ended.ForEach(token =>
        {
            scene.Judges.LetGo(lane, token);
            Lay(token);
        });
    }
}
