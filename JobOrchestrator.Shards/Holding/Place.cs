namespace JobOrchestrator.Shards;

/// <summary>One shard of the store as one replica sees it, held or not.</summary>
internal sealed class Place(
    int shard, JobBoard board, ShardReads reads, HeadWatch watch, UnreadableDocuments unreadable, ShardHistory history)
{
    private volatile HeldShard? _held;
    private volatile string? _obstacle;
    private volatile ShardAbsence? _absence;
    private bool _isBegun;

    public int Shard { get; } = shard;

    public JobBoard Board { get; } = board;

    public ShardReads Reads { get; } = reads;

    public HeadWatch Watch { get; } = watch;

    /// <summary>Its documents that cannot be read.</summary>
    public UnreadableDocuments Unreadable { get; } = unreadable;

    /// <summary>What its jobs did while it was held here.</summary>
    public ShardHistory History { get; } = history;

    /// <summary>Why it cannot be held by anyone until a person helps, in a sentence; null: nothing is known that would hinder.</summary>
    public string? Obstacle
    {
        get => _obstacle;
        set => _obstacle = value;
    }

    /// <summary>It, while it is not held here.</summary>
    public AbsentShard Absent => field ??= new AbsentShard(Reads, () => _absence);

    public HeldShard? Held => _held;

    /// <summary>This process has held it before: a head of its own name is another process's then, and no former life's.</summary>
    public bool WasHeld { get; set; }

    /// <summary>The shard's time when this process had loaded it for the first time; null: it has not yet.</summary>
    public DateTimeOffset? FirstHeldAt { get; set; }

    /// <summary>The holder that has been told of in the log; null: nobody was.</summary>
    public string? Elsewhere { get; set; }

    /// <summary>It is being loaded.</summary>
    public void Begin() => _isBegun = true;

    /// <summary>It is held here from now on.</summary>
    public void Serve(HeldShard held, ShardStore store)
    {
        _held = held;
        _obstacle = null;
        _absence = null;
        Reads.Serve(store);
    }

    /// <summary>It goes from one holder to the next. What cannot be loaded before a person helps goes nowhere.</summary>
    /// <param name="now">When that is seen.</param>
    /// <param name="text">How far that is, in a sentence.</param>
    public void Moves(DateTimeOffset now, string text)
    {
        if (_obstacle is null)
        {
            Note(now, ShardAbsenceKind.Moving, text);
        }
    }

    /// <summary>Nothing is heard of it, or nothing that helps.</summary>
    /// <param name="now">When that is seen.</param>
    /// <param name="text">Why, in a sentence.</param>
    public void Away(DateTimeOffset now, string text) => Note(now, ShardAbsenceKind.Away, text);

    /// <summary>Another replica has it, and is there.</summary>
    /// <param name="now">When that is seen.</param>
    public void IsElsewhere(DateTimeOffset now) => Note(now, ShardAbsenceKind.Elsewhere, "Another replica holds it; ask that one.");

    /// <summary>It waits for the first shard, and so for what that one waits for.</summary>
    /// <param name="now">When that is seen.</param>
    /// <param name="first">The first shard.</param>
    public void WaitsFor(DateTimeOffset now, Place first)
    {
        const string Text = "It is taken once the first shard is held.";
        switch (first._absence)
        {
            case { Kind: ShardAbsenceKind.Away } away:
                Away(away.Since, $"{Text} Of that one: {away.Text}");
                break;
            case { Kind: ShardAbsenceKind.Moving } moving:
                Moves(moving.Since, $"{Text} Of that one: {moving.Text}");
                break;
            default:
                Moves(now, Text);
                break;
        }
    }

    /// <summary>It is held here no more.</summary>
    /// <param name="now">The time.</param>
    public void Drop(DateTimeOffset now)
    {
        if (_held is not null)
        {
            Moves(now, "It was lost here, and is taken again.");
        }

        _held = null;
        if (_isBegun)
        {
            _isBegun = false;
            Reads.Drop();
        }
    }

    // Nobody was served since the first of them, whatever came between, unless another replica had it.
    private void Note(DateTimeOffset now, ShardAbsenceKind kind, string text)
    {
        ShardAbsence? before = _absence;
        bool goesOn = before is not null && (before.Kind == ShardAbsenceKind.Elsewhere) == (kind == ShardAbsenceKind.Elsewhere);
        _absence = new ShardAbsence(Shard, goesOn ? before!.Since : now, kind, text);
    }
}
