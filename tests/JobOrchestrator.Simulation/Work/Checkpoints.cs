using JobOrchestrator.Sdk;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>Whatever a processor was told to be saved, the next attempt finds, or what was saved after it.</summary>
/// <param name="world">Where.</param>
internal sealed class Checkpoints(World world)
{
    private readonly Dictionary<string, int> _saved = []; // the last of each job
    private int _last;

    /// <summary>A number for the next one.</summary>
    public int Next() => ++_last;

    /// <summary>A processor was told that it is saved.</summary>
    public void Saved(Job job, int number) => _saved[job.Id] = Math.Max(number, _saved.GetValueOrDefault(job.Id));

    /// <summary>An attempt begins with this one; null: none.</summary>
    public void Found(Job job, int? number)
    {
        // In the place of a job with a key another may have come, with nothing saved.
        bool isItself = job is { ExternalId: null, UniqueKey: null };
        if (isItself && _saved.GetValueOrDefault(job.Id) is var saved && (number ?? 0) < saved)
        {
            world.Fail(
                OracleNames.Lost,
                $"attempt {job.Attempt} of job {job.Id} begins with {(number is { } old ? $"checkpoint {old}" : "no checkpoint")}, "
                    + $"and checkpoint {saved} was said to be saved");
        }
    }
}
