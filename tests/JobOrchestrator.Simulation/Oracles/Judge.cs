using System.Text.Json;
using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// All oracles over one seed: plain synchronous code without a thread, a clock or a die of its own, so that it can be called from any
/// step.
/// <list type="number">
/// <item><see cref="Apply"/>: the store calls it in the moment in which a write is applied, in the order of application.</item>
/// <item><see cref="History"/>: whoever works in the world writes what it asks and is told (<see cref="Call"/> and <see cref="Answer"/>
/// are the words; <see cref="Told"/> finds them for a command, an outcome and an exception). Oracles hold it against the ledger at once,
/// so an answer is told when it comes, after the writes that it rests on.</item>
/// <item><see cref="Spin"/>: the world counts its steps, and the store its failures.</item>
/// <item><see cref="Watches"/>, <see cref="Beats"/>: the world tells them how time passes for the processes.</item>
/// <item><see cref="Serving"/>: the world tells it now and then, once it is calm, who serves what.</item>
/// <item><see cref="AtCalm"/>: once, at the end, when all faults are over and the world has run on.</item>
/// </list>
/// Nothing here throws because of what it sees: it would be thrown into the code under test, which may catch it. The world looks at
/// <see cref="First"/> after each step, and stops.
/// </summary>
internal sealed class Judge
{
    private readonly List<ILedgerWatcher> _ofWrites = [];
    private readonly List<IHistoryWatcher> _ofHistory = [];
    private readonly Verdicts _verdicts;
    private readonly EventsOracle _events;
    private readonly FeedOracle _feed;
    private readonly HandlersOracle _handlers;
    private readonly CalmOracle _calm;
    private readonly BoundsOracle _bounds;

    public Judge(JudgeRules rules)
    {
        _verdicts = new Verdicts(rules.Heeded);
        Ledger = new Ledger(_ofWrites);
        History = new History(_ofHistory);
        Spin = new SpinOracle(rules, _verdicts);

        // In this order: what comes first tells why, what comes later tells what follows from it. Answers that name a sequence raise what
        // is known, which does not count for the read that it answers.
        Watch(new ChainOracle(Ledger, _verdicts));
        Serving = Watch(new ServingOracle(Ledger, rules, _verdicts));
        Watch(new TransitionsOracle(_verdicts));
        _events = Watch(new EventsOracle(Ledger, rules, _verdicts));
        Watch(new TokensOracle(_verdicts));
        Watch(new KeysOracle(rules, _verdicts));
        LostOracle lost = Watch(new LostOracle(Ledger, _verdicts));
        Watch(new EarlyOracle(rules, _verdicts));
        Watch(new TurnsOracle(_verdicts));
        Availability availability = Watch(new Availability(rules));
        Watch(new LeasesOracle(Ledger, availability, rules, _verdicts));
        Beats = Watch(new BeatsOracle(availability, rules, _verdicts));
        Watch(new CausesOracle(History, _verdicts));
        Watch(new AnswersOracle(Ledger, rules, _verdicts));
        Watch(new ReadsOracle(Ledger, rules, _verdicts));
        Watch(new SearchesOracle(Ledger, rules, _verdicts));
        Watch(new WaitsOracle(Ledger, availability, rules, _verdicts));
        Watches = Watch(new WatchOracle(Ledger, rules, _verdicts));
        _feed = Watch(new FeedOracle(Ledger, _verdicts));
        _handlers = Watch(new HandlersOracle(Ledger, rules, _verdicts));
        Watch(new HoursOracle(Ledger, _verdicts));
        Watch(new LoopsOracle(_verdicts));
        _calm = new CalmOracle(Ledger, History, lost, _verdicts);
        _bounds = new BoundsOracle(Ledger, rules, _verdicts);
    }

    /// <summary>What is stored.</summary>
    public Ledger Ledger { get; }

    /// <summary>What was asked and told.</summary>
    public History History { get; }

    /// <summary>What is done, and how often.</summary>
    public SpinOracle Spin { get; }

    /// <summary>Who serves what.</summary>
    public ServingOracle Serving { get; }

    /// <summary>Who follows what.</summary>
    public WatchOracle Watches { get; }

    /// <summary>Who keeps his leases.</summary>
    public BeatsOracle Beats { get; }

    /// <summary>What a seed fails by; null: nothing.</summary>
    public Violation? First => _verdicts.First;

    /// <summary>That and what followed, up to a bound.</summary>
    public IReadOnlyList<Violation> Violations => _verdicts.All;

    /// <summary>A second process begins under a name whose first one runs.</summary>
    public void SecondBegan(string lane) => Ledger.SecondBegan(lane);

    /// <summary>The store has changed.</summary>
    public void Apply(AppliedWrites writes)
    {
        try
        {
            Ledger.Apply(writes);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            string keys = string.Join(", ", writes.Writes.Select(write => write.Key));
            _verdicts.Add(
                OracleNames.Chain,
                writes.Step,
                writes.At,
                $"{writes.Lane} wrote what the ledger cannot read, among {keys}: {exception.Message}",
                [.. writes.Writes.Select(write => write.Key)]);
        }
    }

    /// <summary>All is calm, and has been for long enough.</summary>
    public void AtCalm(CalmState calm)
    {
        _calm.AtCalm(calm);
        if (calm.IsAllPublished)
        {
            _events.AtCalm(calm);
        }

        _feed.AtCalm(calm);
        _handlers.AtCalm(calm);
        _bounds.AtCalm(calm);
    }

    /// <summary>The service's own counts do not add up: whoever has asked for them says so.</summary>
    public void Miscounted(string sentence, long step, DateTimeOffset at) =>
        _verdicts.Add(OracleNames.Accounts, step, at, sentence);

    private T Watch<T>(T oracle)
    {
        if (oracle is ILedgerWatcher ofWrites)
        {
            _ofWrites.Add(ofWrites);
        }

        if (oracle is IHistoryWatcher ofHistory)
        {
            _ofHistory.Add(ofHistory);
        }

        return oracle;
    }
}
