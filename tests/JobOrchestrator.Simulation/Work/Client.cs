using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>Asks the service over the network and writes into the history what it asked and what it was told.</summary>
/// <param name="scene">Where.</param>
/// <param name="lane">Whose calls.</param>
internal sealed partial class Client(Scene scene, Lane lane)
{
    // With so much it stays with the replica that answered last; else it tries another one.
    private const double StaysWithLast = 0.8;

    private readonly Dice _dice = scene.World.Dice($"client/{lane.Name}");
    private SimReplica? _last;

    /// <summary>Has a command applied.</summary>
    /// <param name="shard">By which shard.</param>
    /// <param name="command">The command.</param>
    /// <param name="patience">When it gives up.</param>
    public Task<(Answer Answer, Outcome? Outcome)> ProposeAsync(int shard, Command command, TimeSpan patience) => AskAsync(
        Told.Of(command, lane.Name, shard), (shards, token) => shards.ProposeAsync(shard, command, token), Told.Of, patience);

    /// <summary>Has a command applied to a job.</summary>
    public Task<(Answer Answer, Outcome? Outcome)> ProposeAsync(Command.OnJob command, TimeSpan patience) =>
        ProposeAsync(command.JobId.Shard, command, patience);

    /// <summary>Asks for jobs to run.</summary>
    public async Task<IReadOnlyList<Job>> LeaseAsync(Command.Lease lease, TimeSpan wait, TimeSpan patience)
    {
        (_, IReadOnlyList<Job>? jobs) = await AskAsync(
            Told.Of(lease, lane.Name),
            (shards, token) => shards.LeaseAsync(lease, wait, token),
            leased => Told.Of(new Outcome.Leased(leased)),
            patience);
        return jobs ?? [];
    }

    /// <summary>Asks anything.</summary>
    /// <param name="call">What, for the history.</param>
    /// <param name="ask">What the replica does.</param>
    /// <param name="read">What it means that it was told.</param>
    /// <param name="patience">When it gives up.</param>
    /// <param name="arrived">Hears of the request once a process has it in its hands.</param>
    /// <param name="cancellationToken">It gives up before.</param>
    /// <returns>What it was told; no result: nothing of what it asked for.</returns>
    public async Task<(Answer Answer, T? Result)> AskAsync<T>(
        Call call, Func<JobShards, CancellationToken, Task<T>> ask, Func<T, Answer> read, TimeSpan patience,
        Action<Request, Lane>? arrived = null, CancellationToken cancellationToken = default)
    {
        SimReplica to = Choose();
        TimeSpan stays = Stays(patience, out bool leaves);
        Request request = scene.Judges.Ask(call);
        using var timeout = new CancellationTokenSource(stays, lane.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            T result = await scene.Network.AskAsync(
                lane, to, $"{call.Verb}", ask, isServed => Tell(request, to, isServed, arrived), either.Token);
            _last = to;
            return (End(request, read(result)), result);
        }
        catch (Exception exception) when (exception is not EscapeException)
        {
            _last = null;
            return (End(request, AnswerOf(exception, leaves)), default);
        }
    }

    /// <summary>How long it stays: as long as it is patient, or it leaves before.</summary>
    private TimeSpan Stays(TimeSpan patience, out bool leaves)
    {
        Strike? strike = scene.Faults.Meet(FaultKind.CallerLeaves, lane);
        leaves = strike is not null;
        TimeSpan stays = strike?.Dice.LogUniform(TimeSpan.FromMilliseconds(1), patience) ?? patience;
        if (strike is not null)
        {
            scene.World.Note(lane, strike.Line($"leaves after {stays.TotalSeconds:0.000} s"));
        }

        return stays;
    }

    private Answer End(Request request, Answer answer)
    {
        scene.Judges.Answer(lane, request, answer);
        return answer;
    }

    private static Answer AnswerOf(Exception exception, bool hasLeft) => exception switch
    {
        ConnectionException { IsNotSent: true } => new Answer(AnswerKind.NothingWritten) { Detail = exception.Message },
        ConnectionException => new Answer(AnswerKind.Lost) { Detail = exception.Message },
        OperationCanceledException when !hasLeft => new Answer(AnswerKind.Lost) { Detail = "No answer in time." },
        _ => Told.Of(exception),
    };

    private void Tell(Request request, SimReplica to, bool isServed, Action<Request, Lane>? arrived)
    {
        if (isServed)
        {
            History.Serve(request);
            return;
        }

        arrived?.Invoke(request, to.Lane!);
        if (to.Holds(request.Call.Shard))
        {
            scene.History.Arrive(request, scene.World.Now, to.Lane!.Name);
        }
    }

    private SimReplica Choose() => _last is not null && _dice.Chance(StaysWithLast) ? _last : _dice.Pick(scene.Replicas);
}
