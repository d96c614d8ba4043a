using JobOrchestrator.Core;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>Leases jobs and reports on them as a worker over HTTP does, and now and then as a bad one.</summary>
internal sealed class Worker
{
    private const int HeldMost = 8;
    private const int ReportsMost = 6;
    private static readonly TimeSpan WaitMost = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseMost = TimeSpan.FromSeconds(2);

    private readonly Scene _scene;
    private readonly Lane _lane;
    private readonly Client _client;
    private readonly Dice _dice;
    private readonly List<Job> _others = []; // whose tokens it has seen
    private int _held;

    public Worker(Scene scene, Lane lane)
    {
        _scene = scene;
        _lane = lane;
        _client = new Client(scene, lane);
        _dice = scene.World.Dice($"work/{lane.Name}");
    }

    public void Start() => _lane.Begin("a worker", RunAsync);

    private async Task RunAsync()
    {
        while (!_scene.IsOver)
        {
            if (_held >= HeldMost)
            {
                await Task.Delay(_dice.Between(TimeSpan.Zero, PauseMost), _lane.Clock);
                continue;
            }

            TimeSpan wait = _dice.Below(4) == 0 ? TimeSpan.Zero : _dice.Between(TimeSpan.FromMilliseconds(100), WaitMost);
            IReadOnlyList<string> queues = _dice.Below(3) == 0 ? [] : [.. _scene.Swarm.Queues.Where(_ => _dice.Below(3) > 0)];
            var lease = new Command.Lease(
                queues, _lane.Name, 1 + _dice.Below(HeldMost - _held), null, $"{_dice.Next():x16}", BytesMax: 1_000_000);
            IReadOnlyList<Job> jobs = await _client.LeaseAsync(lease, wait, wait + Spare);
            foreach (Job job in jobs)
            {
                _held++;
                _lane.Begin("an attempt", () => RunAsync(job));
            }

            if (jobs.Count == 0)
            {
                await Task.Delay(_dice.Between(TimeSpan.FromMilliseconds(10), PauseMost), _lane.Clock);
            }
        }
    }

    private async Task RunAsync(Job job)
    {
        string token = job.Lease!.Token;
        var length = TimeSpan.FromSeconds(job.LeaseSeconds);
        if (_scene.Faults.Meet(FaultKind.WorkerGone, _lane) is { } gone)
        {
            _scene.World.Note(_lane, gone.Line($"abandons job {job.Id}"));
            _held--;
            return;
        }

        bool goesOn = await WorkAsync(job, token, length);
        if (_scene.Faults.Meet(FaultKind.WorkerSilent, _lane) is { } silent)
        {
            TimeSpan silence = length * (1 + silent.Dice.Unit());
            _scene.World.Note(_lane, silent.Line($"keeps silent about job {job.Id} for {silence.TotalSeconds:0.0} s"));
            await Task.Delay(silence, _lane.Clock);
        }

        if (_scene.Faults.Meet(FaultKind.ForeignToken, _lane) is { } foreign && _others.Count > 0)
        {
            Job other = foreign.Dice.Pick(_others);
            _scene.World.Note(_lane, foreign.Line($"reports on job {job.Id} with a token of job {other.Id}"));
            await ReportAsync(new Command.Complete(job.Id, other.Lease!.Token), length);
        }

        _others.Add(job);
        if (goesOn)
        {
            Command.OnJob report = Report(job, token);
            await ReportAsync(report, length);
            if (_scene.Faults.Meet(FaultKind.ReportTwice, _lane) is { } twice)
            {
                _scene.World.Note(_lane, twice.Line($"reports on job {job.Id} once more"));
                await ReportAsync(report, length);
            }
        }

        _held--;
    }

    /// <summary>Runs, with heartbeats; false: the lease is not its own any more.</summary>
    private async Task<bool> WorkAsync(Job job, string token, TimeSpan length)
    {
        TimeSpan left = _dice.LogUniform(TimeSpan.FromMilliseconds(5), length * 3);
        TimeSpan beat = length / 3;
        while (left > beat && !_scene.IsOver)
        {
            await Task.Delay(beat, _lane.Clock);
            left -= beat;
            Progress? progress = _dice.Below(3) == 0 ? new Progress(_dice.Below(100), null) : null;
            (Answer answer, Outcome? outcome) = await _client.ProposeAsync(new Command.Heartbeat(job.Id, token, progress), beat);
            if (answer.Kind == AnswerKind.Refused)
            {
                return false;
            }

            if (outcome is Outcome.Extended { CancelRequested: true })
            {
                return true;
            }
        }

        await Task.Delay(left, _lane.Clock);
        return true;
    }

    private Command.OnJob Report(Job job, string token)
    {
        var error = new JobError(JobError.WorkerError, "It did not work.");
        return (_scene.Faults.IsCalm ? 0 : _dice.Below(20)) switch
        {
            < 14 => new Command.Complete(job.Id, token, JsonText.Of("{\"done\":true}")),
            < 17 => new Command.Fail(job.Id, token, error),
            17 => new Command.Fail(job.Id, token, error, TryAgain: false),
            _ => new Command.Release(job.Id, token, _dice.Below(2) == 0 ? null : _dice.Between(TimeSpan.Zero, Spare)),
        };
    }

    /// <summary>Reports until it is told what became of it, for about as long as a lease.</summary>
    private async Task ReportAsync(Command.OnJob report, TimeSpan length)
    {
        for (int tries = 0; tries < ReportsMost && !_scene.IsOver; tries++)
        {
            (Answer answer, _) = await _client.ProposeAsync(report, length);
            if (answer.Kind is AnswerKind.Changed or AnswerKind.Unchanged or AnswerKind.Refused)
            {
                return;
            }

            await Task.Delay(_dice.Between(TimeSpan.FromMilliseconds(10), PauseMost), _lane.Clock);
        }
    }
}
