using System.CommandLine;

namespace JobOrchestrator.Cli;

/// <summary>Labels as they are typed: <c>tenant=42</c>.</summary>
internal static class LabelOption
{
    public static Option<string[]> Make(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>What was typed, each key once.</summary>
    /// <exception cref="UsageException">One is no label, or is said twice.</exception>
    public static Dictionary<string, string> Of(ParseResult parsed, Option<string[]> option)
    {
        var labels = new Dictionary<string, string>();
        foreach (string label in parsed.GetValue(option) ?? [])
        {
            string[] parts = label.Split('=', 2);
            if (parts is not [{ Length: > 0 }, { Length: > 0 }])
            {
                throw new UsageException($"\"{label}\" is no label: write {option.Name} tenant=42.");
            }

            if (!labels.TryAdd(parts[0], parts[1]))
            {
                throw new UsageException($"The label {parts[0]} is said twice.");
            }
        }

        return labels;
    }
}
