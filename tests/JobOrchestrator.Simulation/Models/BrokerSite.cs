using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation.Models;

/// <summary>The broker as all processes share it.</summary>
internal sealed class BrokerSite
{
    private static readonly TimeSpan AwayShortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AwayLongest = TimeSpan.FromMinutes(3);

    private readonly TimeSpan _latency;
    private readonly TimeSpan _limit;
    private readonly Dice _dice;
    private readonly HashSet<string> _refused = [];
    private HashSet<string> _refusedBefore = []; // by answers that may still be on their way, or not yet be looked at
    private long _awayUntil;
    private long _calmedAt;

    /// <param name="world">Where.</param>
    /// <param name="faults">What goes wrong.</param>
    /// <param name="swarm">What the world is like.</param>
    /// <param name="arrived">Hears of every event that the broker takes, with its topic.</param>
    public BrokerSite(World world, Faults faults, Swarm swarm, Action<Lane, string, OutboxEvent> arrived)
    {
        World = world;
        Faults = faults;
        Arrived = arrived;
        _latency = swarm.Latency;
        _limit = swarm.Settings.RequestTimeout;
        _dice = world.Dice("broker");
        faults.Calmed += () =>
        {
            _refusedBefore = [.. _refused];
            _refused.Clear();
            _awayUntil = 0;
            _calmedAt = World.Ticks;
        };
    }

    public World World { get; }

    public Faults Faults { get; }

    public Action<Lane, string, OutboxEvent> Arrived { get; }

    /// <summary>Whether the broker refuses a topic for good, or has until a moment ago.</summary>
    public bool IsRefused(string topic) =>
        _refused.Contains(topic) || (_refusedBefore.Contains(topic) && World.Ticks - _calmedAt <= _limit.Ticks);

    /// <summary>One way to the broker or back.</summary>
    public TimeSpan Way() => _dice.Between(_latency / 4, _latency * 2);

    /// <summary>In no order.</summary>
    public List<OutboxEvent> Shuffled(IReadOnlyList<OutboxEvent> events)
    {
        List<OutboxEvent> shuffled = [.. events];
        for (int i = shuffled.Count - 1; i > 0; i--)
        {
            int other = _dice.Below(i + 1);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }

        return shuffled;
    }

    /// <summary>Decides what becomes of a publish.</summary>
    public PublishFate FateOf(Lane lane, string topic, int events)
    {
        PublishFate fate = new(Way(), Way(), null, default, events);
        if (Faults.Meet(FaultKind.BrokerAway, lane) is { } away)
        {
            TimeSpan length = away.Dice.LogUniform(AwayShortest, AwayLongest);
            World.Note(null, away.Line($"the broker is away for {length.TotalSeconds:0.0} s"));
            _awayUntil = World.Ticks + length.Ticks;
        }

        if (Faults.Meet(FaultKind.TopicRefused, lane) is { } refused)
        {
            World.Note(null, refused.Line($"topic {topic} is refused"));
            _refused.Add(topic);
        }

        if (Faults.Meet(FaultKind.PublishLost, lane) is { } lost)
        {
            World.Note(lane, lost.Line($"a publish to {topic} is lost"));
            fate = fate with { There = null, Back = null, Error = new UnclearException("The connection broke."), ErrorAfter = Slow(lost) };
        }

        if (Faults.Meet(FaultKind.PublishAnswerLost, lane) is { } unheard)
        {
            World.Note(lane, unheard.Line($"the answer to a publish to {topic} is lost"));
            bool isHeard = unheard.Dice.Below(2) == 0;
            CallException? error = isHeard ? new UnclearException("The connection broke.") : null;
            fate = fate with { Back = null, Error = error, ErrorAfter = Slow(unheard) };
        }

        if (Faults.Meet(FaultKind.PublishSlow, lane) is { } slow)
        {
            World.Note(lane, slow.Line($"a publish to {topic} is slow"));
            fate = fate with { There = fate.There is null ? null : Slow(slow) };
        }

        if (Faults.Meet(FaultKind.PublishInPart, lane) is { } part)
        {
            fate = fate with { Taken = part.Dice.Below(events + 1) };
            World.Note(lane, part.Line($"{fate.Taken} of {events} events to {topic} are taken"));
        }

        if (_refused.Contains(topic))
        {
            return new PublishFate(null, null, new RefusedException($"There is no topic {topic}."), Way(), 0);
        }

        return World.Ticks < _awayUntil
            ? new PublishFate(null, null, new NeverSentException("The broker is away."), Way(), 0)
            : fate;
    }

    private TimeSpan Slow(Strike strike) => strike.Dice.LogUniform(_limit / 100, _limit * 0.98);
}

/// <summary>What becomes of one publish.</summary>
/// <param name="There">How long until the broker has it; null: never.</param>
/// <param name="Back">How long its answer takes; null: that never arrives.</param>
/// <param name="Error">What the publisher hears instead.</param>
/// <param name="ErrorAfter">When.</param>
/// <param name="Taken">How many of the events the broker takes.</param>
internal readonly record struct PublishFate(TimeSpan? There, TimeSpan? Back, CallException? Error, TimeSpan ErrorAfter, int Taken);
