namespace JobOrchestrator.Simulation;

/// <summary>
/// One process: every plain await in it comes back here, so that what is not taken any more is what a killed or frozen process does not
/// do any more.
/// </summary>
internal sealed class Lane : SynchronizationContext
{
    // What one lane may do in ten simulated seconds: more is a loop that spins.
    private const int WindowStepsMax = 200_000;
    private static readonly long Window = TimeSpan.FromSeconds(10).Ticks;

    private readonly List<Ready> _held = [];
    private readonly List<string> _loops = [];
    private long _windowFrom;
    private int _windowSteps;

    public Lane(World world, string name, int number)
    {
        World = world;
        Name = name;
        Number = number;
        Clock = new LaneClock(this);
    }

    public World World { get; }

    /// <summary>Such as <c>a#2</c>: replica a, its second life.</summary>
    public string Name { get; }

    /// <summary>From 1, in the order in which the lanes began.</summary>
    public int Number { get; }

    public LaneClock Clock { get; }

    public bool IsDead { get; private set; }

    /// <summary>Nothing of it is taken until it thaws.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>What each step costs.</summary>
    public TimeSpan StepCost { get; set; } = TimeSpan.FromMicroseconds(10);

    /// <summary>What was begun in it and has not ended.</summary>
    public IReadOnlyList<string> Loops => _loops;

    /// <summary>Happens when the process dies: whoever talks to it notices.</summary>
    public event Action? Killed;

    /// <summary>Begins something in this lane; what it throws is a failure of the run.</summary>
    /// <param name="label">Names it.</param>
    /// <param name="loop">What runs.</param>
    public void Begin(string label, Func<Task> loop)
    {
        _loops.Add(label);
        Take(new Ready(this, _ => _ = RunAsync(label, loop), null, StepKind.Begin, label, World.NewPriority(), 0));
    }

    /// <summary>As by <c>kill -9</c>: nothing of it happens any more, no finally runs.</summary>
    public void Kill()
    {
        if (IsDead)
        {
            return;
        }

        IsDead = true;
        IsFrozen = false;
        World.Drop(this);
        _held.Clear();
        _loops.Clear();
        Killed?.Invoke();
    }

    /// <summary>Nothing of it is taken.</summary>
    /// <param name="clockStands">As a suspended machine; else as a stopped process.</param>
    public void Freeze(bool clockStands = false)
    {
        if (IsDead || IsFrozen)
        {
            return;
        }

        IsFrozen = true;
        _held.AddRange(World.Drop(this));
        if (clockStands)
        {
            Clock.Stand();
        }
    }

    /// <summary>It goes on.</summary>
    public void Thaw()
    {
        if (!IsFrozen)
        {
            return;
        }

        IsFrozen = false;
        Clock.GoOn();
        _held.ForEach(World.Add);
        _held.Clear();
    }

    /// <summary>Something of this lane is ready.</summary>
    public void Take(Ready item)
    {
        if (IsDead)
        {
            return;
        }

        if (IsFrozen)
        {
            _held.Add(item);
        }
        else
        {
            World.Add(item);
        }
    }

    /// <summary>Runs one ready item to its next await.</summary>
    public void Run(in Ready item)
    {
        SetSynchronizationContext(this);
        try
        {
            item.Callback(item.State);
        }
        catch (Exception exception)
        {
            World.Fail("loops", $"{Name}: unhandled: {exception}");
        }
        finally
        {
            SetSynchronizationContext(null);
        }
    }

    /// <summary>
    /// Looks at the process as from within, between two steps: for what the world asks of it, and nothing that changes it.
    /// </summary>
    public T Look<T>(Func<T> look)
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        try
        {
            return look();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Counts a step; false: the lane spins.</summary>
    public bool Count(long now)
    {
        if (now - _windowFrom >= Window)
        {
            _windowFrom = now;
            _windowSteps = 0;
        }

        return ++_windowSteps <= WindowStepsMax;
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!World.Escapes.IsInside)
        {
            World.Escapes.Saw($"Another thread posted to {Name}: {Trace.TextOf(state)}.");
            return;
        }

        Take(new Ready(this, d, state, StepKind.Continuation, state, World.CurrentPriority, 0));
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw World.Escapes.Saw($"Something blocks on {Name}.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <inheritdoc/>
    public override string ToString() => Name;

    private async Task RunAsync(string label, Func<Task> loop)
    {
        try
        {
            await loop();
        }
        catch (Exception exception)
        {
            World.Fail("loops", $"{Name}: {label} ended: {exception}");
        }

        _loops.Remove(label);
    }
}

/// <summary>What a lane can do next.</summary>
/// <param name="Lane">Whose.</param>
/// <param name="Callback">What is done.</param>
/// <param name="State">With this.</param>
/// <param name="Kind">What kind of step.</param>
/// <param name="Label">A text, or what goes on.</param>
/// <param name="Priority">Of the steps that led here.</param>
/// <param name="Number">In which order they came; the world gives it.</param>
internal readonly record struct Ready(
    Lane Lane, SendOrPostCallback Callback, object? State, StepKind Kind, object? Label, ulong Priority, long Number);
