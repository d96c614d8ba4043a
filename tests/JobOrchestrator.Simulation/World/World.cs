namespace JobOrchestrator.Simulation;

/// <summary>A run that went wrong.</summary>
/// <param name="Oracle">What saw it.</param>
/// <param name="Text">What it saw.</param>
/// <param name="Step">At which step.</param>
/// <param name="At">World time in ticks.</param>
internal sealed record Failure(string Oracle, string Text, long Step, long At);

/// <summary>
/// Several processes on one thread under one clock: one number decides everything that happens. A world belongs to the thread that made
/// it, see <see cref="OnThread"/>.
/// </summary>
internal sealed partial class World
{
    // With a short stack the runtime stops to run continuations where they are and queues them elsewhere.
    private const int StackBytes = 64 << 20;

    // Of a world's own clock a loop within one step takes nothing. A garbage collection on a busy machine takes seconds.
    private static readonly TimeSpan StepMax = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Dice> _dice = [];
    private readonly Agenda _agenda = new();
    private readonly List<Lane> _lanes = [];

    /// <param name="seed">Decides everything.</param>
    public World(ulong seed)
    {
        Seed = seed;
        Escapes = new Escapes(this);
        _schedule = Dice("schedule");
        _order = _schedule.Below(5) switch { 0 => Order.FirstCome, 1 or 2 => Order.Uniform, _ => Order.Priorities };
    }

    /// <summary>The wall time at which every world begins.</summary>
    public static DateTimeOffset Start { get; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public ulong Seed { get; }

    /// <summary>The world's time since its beginning, in ticks.</summary>
    public long Ticks { get; private set; }

    /// <summary>The world's own wall time, which nobody in it knows.</summary>
    public DateTimeOffset Now => Start.AddTicks(Ticks);

    public Trace Trace { get; } = new();

    public Escapes Escapes { get; }

    /// <summary>All lanes that ever began.</summary>
    public IReadOnlyList<Lane> Lanes => _lanes;

    /// <summary>Hears of every step of a lane.</summary>
    public Action<Lane>? Stepped { get; set; }

    /// <summary>The first thing that went wrong; null: nothing did.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Makes a world on a thread that is fit for one, does something with it there, and waits for it.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="action">What is done.</param>
    /// <param name="stepMax">The longest that a step may take; null: a minute.</param>
    /// <exception cref="HangException">A step has not ended in time; its thread goes on.</exception>
    public static T OnThread<T>(ulong seed, Func<World, T> action, TimeSpan? stepMax = null)
    {
        World? world = null;
        T result = default!;
        Exception? thrown = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    Volatile.Write(ref world, new World(seed));
                    result = action(world);
                }
                catch (Exception exception)
                {
                    thrown = exception;
                }
            },
            StackBytes)
        {
            IsBackground = true,
        };
        thread.Start();
        long? steps = null;
        while (!thread.Join(stepMax ?? StepMax))
        {
            if (Volatile.Read(ref world)?.Trace is not { } trace)
            {
                continue;
            }

            if (trace.Count == steps)
            {
                throw new HangException(seed, trace.Steps().LastOrDefault());
            }

            steps = trace.Count;
        }

        return thrown is null ? result : throw new InvalidOperationException("The world broke.", thrown);
    }

    /// <summary>The stream of chance for one purpose.</summary>
    public Dice Dice(string name)
    {
        if (!_dice.TryGetValue(name, out Dice? dice))
        {
            dice = new Dice(Seed, name);
            _dice[name] = dice;
        }

        return dice;
    }

    /// <summary>A new process.</summary>
    /// <remarks>Where there is one of that name, as of a replica that was begun twice, it gets another: names tell them apart.</remarks>
    public Lane NewLane(string name)
    {
        while (_lanes.Exists(lane => lane.Name == name))
        {
            name += "'";
        }

        var lane = new Lane(this, name, _lanes.Count + 1);
        _lanes.Add(lane);
        return lane;
    }

    /// <summary>Something will happen.</summary>
    /// <param name="after">When; now at the earliest.</param>
    /// <param name="lane">It becomes a ready item of this lane; null: the world does it.</param>
    /// <param name="kind">What kind of step.</param>
    /// <param name="label">Names it.</param>
    /// <param name="action">What happens.</param>
    public AgendaEntry In(TimeSpan after, Lane? lane, StepKind kind, string label, Action action)
    {
        var entry = new AgendaEntry(lane, kind, label, action, CurrentPriority);
        _agenda.Add(Ticks + Math.Max(0, after.Ticks), entry);
        return entry;
    }

    /// <summary>Something went wrong: the run ends. The first one counts.</summary>
    public void Fail(string oracle, string text) => Failure ??= new Failure(oracle, text, Trace.Count, Ticks);

    /// <summary>A line of the story.</summary>
    public void Note(Lane? lane, object text) => Trace.Note(Ticks, lane, text);

    /// <summary>Runs until it is over, something went wrong, or nothing will ever happen again.</summary>
    /// <param name="isOver">Asked before every step.</param>
    public void Run(Func<bool> isOver)
    {
        while (Failure is null && !isOver())
        {
            if (!Step())
            {
                FailIfSomebodyWaits();
                return;
            }

            if (Escapes.First is { } escape)
            {
                Fail("escapes", escape.Message);
            }
        }
    }

    /// <summary>Runs for so long.</summary>
    public void RunFor(TimeSpan time)
    {
        long end = Ticks + time.Ticks;
        In(time, null, StepKind.World, "the end", () => { });
        Run(() => Ticks >= end);
    }

    /// <summary>Nothing is ready and nothing will be: what has not ended waits for something that is not of this world.</summary>
    private void FailIfSomebodyWaits()
    {
        if (Escapes.First is { } escape)
        {
            Fail("escapes", escape.Message);
            return;
        }

        foreach (Lane lane in _lanes)
        {
            if (lane is { IsDead: false, IsFrozen: false, Loops: [var loop, ..] })
            {
                Fail("escapes", $"{lane.Name}: {loop} waits for something outside the world.");
                return;
            }
        }
    }
}
