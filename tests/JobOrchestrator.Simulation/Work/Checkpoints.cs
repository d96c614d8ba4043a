using JobOrchestrator.Sdk;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>Whatever a processor was told to be saved, the next attempt finds, or what was saved after it.</summary>
/// <param name="world">Where.</param>
internal sealed class Checkpoints(World world)
{
    private readonly Dictionary<string, (int Number, long LeasedAs)> _saved = []; // the last of each job, and of which lease
    private int _last;

    /// <summary>A number for the next one.</summary>
    public int Next() => ++_last;

    /// <summary>A processor was told that it is saved.</summary>
    public void Saved(Job job, int number)
    {
        if (number > _saved.GetValueOrDefault(job.Id).Number)
        {
            _saved[job.Id] = (number, job.Sequence);
        }
    }

    /// <summary>An attempt begins with this one; null: none.</summary>
    public void Found(Job job, int? number)
    {
        // In the place of a job with a key another may have come, with nothing saved.
        bool isItself = job is { ExternalId: null, UniqueKey: null };
        (int saved, long leasedAs) = _saved.GetValueOrDefault(job.Id);

        // A lease that was long on its way may be an earlier one, which is over.
        if (isItself && job.Sequence > leasedAs && (number ?? 0) < saved)
        {
            world.Fail(
                OracleNames.Lost,
                $"attempt {job.Attempt} of job {job.Id} begins with {(number is { } old ? $"checkpoint {old}" : "no checkpoint")}, "
                    + $"and checkpoint {saved} was said to be saved");
        }
    }
}
