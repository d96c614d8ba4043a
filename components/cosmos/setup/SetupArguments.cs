namespace CosmosSetup;

/// <summary>What the program was asked to do.</summary>
/// <param name="Check">Nothing is changed.</param>
/// <param name="Fix">A container that exists gets time to live and indexing as they should be.</param>
/// <param name="Throughput">For a container that is made; null where nothing was asked for.</param>
/// <param name="ComponentsFolder">The folder of the Dapr component files.</param>
/// <param name="AppFolder">Where daprd will run: relative paths in component files start there.</param>
/// <param name="Help">Only the usage is wanted.</param>
internal sealed record SetupArguments(bool Check, bool Fix, Throughput? Throughput, string ComponentsFolder, string AppFolder, bool Help)
{
    public const string Usage = """
        CosmosSetup makes the database and the container of components/cosmos/statestore.yaml, or looks whether they are right.

          --check               look only, change nothing
          --fix                 set time to live and indexing of a container that exists, too
          --throughput VALUE    of a container that is made: RU/s such as 400 (the default), autoscale:1000, or serverless;
                                also by environment variable COSMOS_THROUGHPUT
          --components FOLDER   where the component files are; default components/cosmos
          --app FOLDER          where daprd runs, from which paths in component files are seen; default JobOrchestrator
          --help                this text

        Exit code: 0 all is well, 1 something is wrong, 2 the arguments are.
        """;

    /// <exception cref="UsageException">An argument or the environment variable is not understood.</exception>
    public static SetupArguments Parse(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var parsed = new SetupArguments(false, false, null, Path.Combine("components", "cosmos"), "JobOrchestrator", false);
        if (environment("COSMOS_THROUGHPUT") is { Length: > 0 } setting)
        {
            parsed = parsed with { Throughput = Throughput.Parse("COSMOS_THROUGHPUT", setting) };
        }

        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            string Value() => ++i < arguments.Count ? arguments[i] : throw new UsageException($"{name} wants a value.");
            parsed = name switch
            {
                "--check" => parsed with { Check = true },
                "--fix" => parsed with { Fix = true },
                "--throughput" => parsed with { Throughput = Throughput.Parse(name, Value()) },
                "--components" => parsed with { ComponentsFolder = Value() },
                "--app" => parsed with { AppFolder = Value() },
                "--help" or "-h" => parsed with { Help = true },
                _ => throw new UsageException($"Unknown argument \"{name}\"."),
            };
        }

        return parsed is { Check: true, Fix: true }
            ? throw new UsageException("--check changes nothing and --fix does: choose one.")
            : parsed;
    }
}
