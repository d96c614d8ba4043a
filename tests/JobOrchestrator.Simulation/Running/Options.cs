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
               --seed N --count N --expect ORACLE             the first seed of so many that this oracle complains of
        with any of them: --store NAME                        on this kind of store
                          --replicas N, --shards N            with so many
                          --with KIND,KIND                    with these kinds of faults or nemeses in any case
                          --without KIND,KIND                 without these kinds of faults or nemeses
                          --ignore ORACLE,ORACLE              whatever these oracles say
        """;

    /// <summary>The seed, or the first of several; null: fresh ones.</summary>
    public ulong? Seed { get; init; }

    /// <summary>How many seeds; null: by time, or one.</summary>
    public ulong? Count { get; init; }

    /// <summary>For how long; null: one seed.</summary>
    public double? Minutes { get; init; }

    /// <summary>From one seed to the next.</summary>
    public ulong Stride { get; init; } = 1;

    /// <summary>Only these faults may strike; null: all.</summary>
    public IReadOnlySet<int>? Only { get; init; }

    /// <summary>Find the fewest faults with which it still fails.</summary>
    public bool Shrinks { get; init; }

    /// <summary>Kinds of faults and nemeses that are left out.</summary>
    public IReadOnlySet<string> Without { get; init; } = new HashSet<string>();

    /// <summary>Oracles that are not listened to.</summary>
    public IReadOnlySet<string> Ignored { get; init; } = new HashSet<string>();

    /// <summary>
    /// Nobody but these oracles is listened to, and it is well once one of them complains: for a fault that was put back; null: all are,
    /// and none may.
    /// </summary>
    public IReadOnlySet<string>? Expected { get; init; }

    /// <summary>Kinds of faults and nemeses that are there in any case.</summary>
    public IReadOnlyList<string> With { get; init; } = [];

    /// <summary>So many replicas; null: drawn.</summary>
    public int? Replicas { get; init; }

    /// <summary>So many shards; null: drawn.</summary>
    public int? Shards { get; init; }

    /// <summary>On this store; null: drawn.</summary>
    public string? Store { get; init; }

    /// <summary>How many of the story's last lines are shown.</summary>
    public int Lines { get; init; } = 60;

    /// <summary>It is one of several processes that another one has begun.</summary>
    public bool IsChild { get; init; }

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="FormatException">They are none of ours.</exception>
    public static Options Parse(IReadOnlyList<string> args)
    {
        var options = new Options();
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            options = name switch
            {
                "--shrink" => options with { Shrinks = true },
                "--child" => options with { IsChild = true },
                "--seed" => options with { Seed = ulong.Parse(Value(), CultureInfo.InvariantCulture) },
                "--count" => options with { Count = ulong.Parse(Value(), CultureInfo.InvariantCulture) },
                "--stride" => options with { Stride = ulong.Parse(Value(), CultureInfo.InvariantCulture) },
                "--lines" => options with { Lines = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--minutes" => options with { Minutes = double.Parse(Value(), CultureInfo.InvariantCulture) },
                "--without" => options with { Without = Words(Value()) },
                "--ignore" => options with { Ignored = Words(Value()) },
                "--expect" => options with { Expected = Words(Value()) },
                "--with" => options with { With = [.. Value().Split(',', StringSplitOptions.RemoveEmptyEntries)] },
                "--replicas" => options with { Replicas = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--shards" => options with { Shards = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--store" => options with { Store = Value() },
                "--only" => options with { Only = Numbers(Value()) },
                _ => throw new FormatException($"There is no option {name}."),
            };

            string Value() => ++i < args.Count ? args[i] : throw new FormatException($"Option {name} needs a value.");
        }

        return options switch
        {
            { Seed: null, Minutes: null } => throw new FormatException("A seed, or minutes?"),
            { Expected: not null } and not { Seed: not null, Count: not null } => throw new FormatException("From which seed, how many?"),
            _ => options,
        };
    }

    private static HashSet<string> Words(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static HashSet<int> Numbers(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
