using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation;

/// <summary>A call to a replica that got no answer of its own.</summary>
/// <param name="isNotSent">The connection was refused: nobody has heard of the call.</param>
internal sealed class ConnectionException(bool isNotSent) : Exception(isNotSent ? Refused : Broke)
{
    public const string Refused = "The connection was refused.";
    public const string Broke = "The connection broke.";

    public bool IsNotSent => isNotSent;
}

/// <summary>
/// The way from callers and workers to replicas: a call begins in the replica's lane, its answer comes back to the caller's, and either
/// may be lost or late.
/// </summary>
/// <param name="world">Where.</param>
/// <param name="faults">What goes wrong.</param>
/// <param name="latency">How long one way usually takes.</param>
internal sealed class Network(World world, Faults faults, TimeSpan latency)
{
    private static readonly TimeSpan SlowMost = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UnreachableMost = TimeSpan.FromMinutes(1);

    private readonly Dice _dice = world.Dice("network");
    private readonly Dictionary<SimReplica, long> _unreachable = [];

    /// <summary>Everybody reaches everybody.</summary>
    public void Heal() => _unreachable.Clear();

    /// <summary>Asks a replica.</summary>
    /// <param name="from">Who asks.</param>
    /// <param name="to">Whom.</param>
    /// <param name="label">What, in the story.</param>
    /// <param name="call">What the replica does.</param>
    /// <param name="told">Hears of the call's life at the other end: it has arrived, it has been served.</param>
    /// <param name="cancellationToken">The caller leaves; the other end notices.</param>
    /// <exception cref="ConnectionException">There is no answer, and there will be none.</exception>
    /// <exception cref="OperationCanceledException">The caller has left.</exception>
    public Task<T> AskAsync<T>(
        Lane from,
        SimReplica to,
        string label,
        Func<JobShards, CancellationToken, Task<T>> call,
        Action<bool> told,
        CancellationToken cancellationToken)
    {
        world.Escapes.Check("The network");
        var talk = new Talk<T>(world, from, label, told, cancellationToken);
        TimeSpan there = Way(from, to, out bool isLost);
        TimeSpan back = Way();
        if (faults.Meet(FaultKind.CallAnswerLost, from) is { } unheard)
        {
            world.Note(from, unheard.Line($"the answer of {to.Name} is lost: {label}"));
            back = Timeout.InfiniteTimeSpan;
        }

        if (!isLost)
        {
            world.In(there, null, StepKind.Request, label, () => Arrive(to, talk, call, back));
        }

        return talk.Answer;
    }

    /// <summary>Something of a call comes back before its answer, behind what came before it.</summary>
    /// <param name="to">Who asked.</param>
    /// <param name="behind">When that is there, in ticks of the world; moved on.</param>
    /// <param name="label">What, in the story.</param>
    /// <param name="arrived">What the one who asked does with it.</param>
    public void Bring(Lane to, ref long behind, string label, Action arrived)
    {
        behind = Math.Max(behind, world.Ticks + Way().Ticks);
        world.In(TimeSpan.FromTicks(behind - world.Ticks), to, StepKind.Answer, label, arrived);
    }

    private void Arrive<T>(SimReplica to, Talk<T> talk, Func<JobShards, CancellationToken, Task<T>> call, TimeSpan back)
    {
        if (to.Lane is not { IsDead: false } lane || to.Shards is not { } shards)
        {
            talk.End(Way(), promise => promise.TrySetException(new ConnectionException(isNotSent: true)));
            return;
        }

        talk.Begin(lane, token => call(shards, token), back);
    }

    private TimeSpan Way() => _dice.Between(latency / 4, latency * 2);

    private TimeSpan Way(Lane from, SimReplica to, out bool isLost)
    {
        TimeSpan way = Way();
        isLost = false;
        if (faults.Meet(FaultKind.CallLost, from) is { } lost)
        {
            world.Note(from, lost.Line($"a call to {to.Name} is lost"));
            isLost = true;
        }

        if (faults.Meet(FaultKind.CallLate, from) is { } late)
        {
            way = late.Dice.LogUniform(way, SlowMost);
            world.Note(from, late.Line($"a call to {to.Name} takes {way.TotalSeconds:0.0} s"));
        }

        if (faults.Meet(FaultKind.Unreachable, from) is { } cut)
        {
            TimeSpan length = cut.Dice.LogUniform(latency, UnreachableMost);
            world.Note(from, cut.Line($"nobody reaches {to.Name} for {length.TotalSeconds:0.0} s"));
            _unreachable[to] = world.Ticks + length.Ticks;
        }

        isLost |= _unreachable.GetValueOrDefault(to) > world.Ticks;
        return way;
    }
}
