using System.Globalization;

namespace JobOrchestrator.Simulation;

/// <summary>What is asked of the program.</summary>
internal sealed record Options
{
    /// <summary>How it is used.</summary>
    public const string Usage = """
        usage: --seed N [--only F,F] [--shrink] [--lines N]   one seed, and its story when it fails
               --minutes M [--seed N]                         fresh seeds on all cores, or from N on
               --seed N --count N                             so many seeds from N on, in this process
               --seeds N [--seed N]                           so many fresh seeds on all cores, or from N on
               --scenario [NAME]                              a kept run that once failed, or all of them
               --failed                                       all seeds that once failed
               --sweep [STORE/CALL/KIND]                      a fault at every single call, or this one with its story
                       [--every N --from K]                   one part of N, from 0
        with seeds on all cores: --reached FILE               what was reached, kept as JSON
                          --required                          fails where something is missing that must be reached
               --seed N --count N --expect ORACLE             the first seed of so many that this oracle complains of
        with any of them: --store NAME                        on this kind of store
                          --replicas N, --shards N            with so many
                          --input N                           with inputs of up to so many bytes
                          --with KIND,KIND                    with these faults, nemeses or listeners in any case
                          --without KIND,KIND                 without these faults, nemeses or listeners
                          --ignore ORACLE,ORACLE              whatever these oracles say
        """;

    /// <summary>The seed, or the first of several; null: fresh ones.</summary>
    public ulong? Seed { get; init; }

    /// <summary>How many seeds; null: by time, or one.</summary>
    public ulong? Count { get; init; }

    /// <summary>How many seeds on all cores.</summary>
    public ulong? Seeds { get; init; }

    /// <summary>For how long; null: one seed.</summary>
    public double? Minutes { get; init; }

    /// <summary>From one seed to the next.</summary>
    public ulong Stride { get; init; } = 1;

    /// <summary>Only these faults may strike; null: all.</summary>
    public IReadOnlySet<int>? Only { get; init; }

    /// <summary>Find the fewest faults with which it still fails.</summary>
    public bool Shrinks { get; init; }

    /// <summary>Kinds of faults, nemeses and listeners that are left out.</summary>
    public IReadOnlySet<string> Without { get; init; } = new HashSet<string>();

    /// <summary>Oracles that are not listened to.</summary>
    public IReadOnlySet<string> Ignored { get; init; } = new HashSet<string>();

    /// <summary>
    /// Nobody but these oracles is listened to, and it is well once one of them complains: for a fault that was put back; null: all are,
    /// and none may.
    /// </summary>
    public IReadOnlySet<string>? Expected { get; init; }

    /// <summary>Kinds of faults, nemeses and listeners that are there in any case.</summary>
    public IReadOnlyList<string> With { get; init; } = [];

    /// <summary>So many replicas; null: drawn.</summary>
    public int? Replicas { get; init; }

    /// <summary>So many shards; null: drawn.</summary>
    public int? Shards { get; init; }

    /// <summary>Inputs of up to so many bytes; null: drawn.</summary>
    public int? InputBytes { get; init; }

    /// <summary>On this store; null: drawn.</summary>
    public string? Store { get; init; }

    /// <summary>How many of the story's last lines are shown.</summary>
    public int Lines { get; init; } = 60;

    /// <summary>What is kept of runs that failed; null: it is not asked for.</summary>
    public IReadOnlyList<Kept>? Kept { get; init; }

    /// <summary>A fault at every single call.</summary>
    public bool IsSweep { get; init; }

    /// <summary>Only this one of them; null: all.</summary>
    public SweepCase? Case { get; init; }

    /// <summary>Of how many parts of the sweep one is run.</summary>
    public ulong Every { get; init; } = 1;

    /// <summary>Which part, from 0.</summary>
    public ulong From { get; init; }

    /// <summary>Which of them this process runs first.</summary>
    public int First { get; init; }

    /// <summary>Where it is kept what was reached; null: nowhere.</summary>
    public string? ReachedFile { get; init; }

    /// <summary>What must be reached is looked for.</summary>
    public bool Requires { get; init; }

    /// <summary>It is one of several processes that another one has begun.</summary>
    public bool IsChild { get; init; }

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="FormatException">They are none of ours.</exception>
    public static Options Parse(IReadOnlyList<string> args)
    {
        var options = new Options();
        for (int i = 0; i < args.Count; i++)
        {
            string option = args[i];
            options = option switch
            {
                "--shrink" => options with { Shrinks = true },
                "--child" => options with { IsChild = true },
                "--seed" => options with { Seed = ulong.Parse(Value(), CultureInfo.InvariantCulture) },
                "--count" => options with { Count = ulong.Parse(Value(), CultureInfo.InvariantCulture) },
                "--stride" => options with { Stride = ulong.Parse(Value(), CultureInfo.InvariantCulture) },
                "--sweep" => options with { IsSweep = true, Case = Optional() is { } name ? SweepCase.Parse(name) : null },
                "--every" => options with { Every = Math.Max(1, ulong.Parse(Value(), CultureInfo.InvariantCulture)) },
                "--from" => options with { From = ulong.Parse(Value(), CultureInfo.InvariantCulture) },
                "--first" => options with { First = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--reached" => options with { ReachedFile = Value() },
                "--required" => options with { Requires = true },
                "--lines" => options with { Lines = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--seeds" => options with { Seeds = ulong.Parse(Value(), CultureInfo.InvariantCulture) },
                "--scenario" => options with { Kept = Scenarios(Optional()) },
                "--failed" => options with { Kept = Simulation.Kept.Failed },
                "--minutes" => options with { Minutes = double.Parse(Value(), CultureInfo.InvariantCulture) },
                "--without" => options with { Without = Words(Value()) },
                "--ignore" => options with { Ignored = Words(Value()) },
                "--expect" => options with { Expected = Words(Value()) },
                "--with" => options with { With = [.. Value().Split(',', StringSplitOptions.RemoveEmptyEntries)] },
                "--replicas" => options with { Replicas = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--shards" => options with { Shards = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--input" => options with { InputBytes = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--store" => options with { Store = Value() },
                "--only" => options with { Only = Numbers(Value()) },
                _ => throw new FormatException($"There is no option {option}."),
            };

            string Value() => ++i < args.Count ? args[i] : throw new FormatException($"Option {option} needs a value.");

            string? Optional() => i + 1 < args.Count && !args[i + 1].StartsWith('-') ? args[++i] : null;
        }

        return options switch
        {
            { Seed: null, Minutes: null, Seeds: null, IsSweep: false, Kept: null } => throw new FormatException("A seed, or minutes?"),
            { Expected: not null } and not { Seed: not null, Count: not null } => throw new FormatException("From which seed, how many?"),
            _ => options,
        };
    }

    /// <summary>It is one seed, or one case of a sweep.</summary>
    public bool IsOneRun => this is { Minutes: null, Seeds: null, Count: null, Kept: null } && (Case is not null || !IsSweep);

    /// <summary>Runs that one.</summary>
    /// <param name="only">Only these faults may strike; null: all.</param>
    public SeedRun RunOne(IReadOnlySet<int>? only = null)
    {
        only ??= Only;
        if (Case is { } one)
        {
            return one.Run(Changed, only);
        }

        IEnumerable<string> faults = only is null ? [] : ["--only", string.Join(',', only)];
        var run = SeedRun.Of(Seed!.Value, only, Changed);
        return run with { Again = string.Join(' ', [run.Again, .. OfWorlds(), .. faults]) };
    }

    /// <summary>What was asked for instead of what was drawn.</summary>
    public Swarm Changed(Swarm drawn) => new AsAsked(this).Of(drawn);

    /// <summary>The arguments for other processes whose worlds are to be as here.</summary>
    public IEnumerable<string> OfWorlds() =>
    [
        .. Store is { } store ? (string[])["--store", store] : [],
        .. Ignored.Count > 0 ? (string[])["--ignore", string.Join(',', Ignored)] : [],
        .. Without.Count > 0 ? (string[])["--without", string.Join(',', Without)] : [],
        .. With.Count > 0 ? (string[])["--with", string.Join(',', With)] : [],
        .. InputBytes is { } bytes ? (string[])["--input", bytes.ToString(CultureInfo.InvariantCulture)] : [],
        .. Replicas is { } replicas ? (string[])["--replicas", replicas.ToString(CultureInfo.InvariantCulture)] : [],
        .. Shards is { } shards ? (string[])["--shards", shards.ToString(CultureInfo.InvariantCulture)] : [],
    ];

    private static IReadOnlyList<Kept> Scenarios(string? name)
    {
        IReadOnlyList<Kept> all = Simulation.Kept.Scenarios;
        return name is null ? all : [
            all.FirstOrDefault(kept => kept.Name == name)
            ?? throw new FormatException($"There is no scenario {name}; there are {string.Join(", ", all.Select(kept => kept.Name))}."),
        ];
    }

    private static HashSet<string> Words(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static HashSet<int> Numbers(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
