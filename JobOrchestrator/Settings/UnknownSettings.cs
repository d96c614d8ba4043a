#pragma warning disable IDE0005 // Global in the service; the SDK has to say them.
using Microsoft.Extensions.Configuration;
#pragma warning restore IDE0005

namespace JobOrchestrator.Settings;

/// <summary>A setting that nobody reads.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Why">Why nobody does, and what may have been meant; a sentence or two.</param>
internal sealed record UnknownSetting(string Name, string Why);

/// <summary>
/// Finds what a configuration says and no options take: most of it is mistyped, and would have no effect without a word.
/// </summary>
internal static class UnknownSettings
{
    /// <summary>All in these sections, and sections beside them that were probably meant to be one of them.</summary>
    public static IReadOnlyList<UnknownSetting> Of(IConfiguration configuration, IReadOnlyList<BoundSection> sections) =>
    [
        .. sections.SelectMany(bound => Below(configuration.GetSection(bound.Name), bound.Options, bound)),
        .. sections.GroupBy(bound => ParentOf(bound.Name), StringComparer.OrdinalIgnoreCase)
            .SelectMany(beside => Mistyped(configuration, beside.Key, [.. beside])),
    ];

    private static IEnumerable<UnknownSetting> Below(IConfigurationSection section, Type type, BoundSection bound)
    {
        foreach (IConfigurationSection said in section.GetChildren())
        {
            if (bound.Others.Contains(said.Path, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            if (BoundSection.Below(type, said.Key) is not { } member)
            {
                yield return new UnknownSetting(said.Path, Meant(said, BoundSection.NamesOf(type) ?? []));
                continue;
            }

            foreach (UnknownSetting unknown in Inside(said, member, bound))
            {
                yield return unknown;
            }
        }
    }

    /// <summary>What stands at a name that is known.</summary>
    private static IEnumerable<UnknownSetting> Inside(IConfigurationSection said, Type type, BoundSection bound)
    {
        if (BoundSection.IsText(type))
        {
            return said.GetChildren().Select(child => new UnknownSetting(child.Path, $"{said.Path} is one value, with nothing below it."));
        }

        bool isTextInVain = !string.IsNullOrEmpty(said.Value) && !said.GetChildren().Any()
            && !bound.Texts.Contains(said.Path, StringComparer.OrdinalIgnoreCase);
        return isTextInVain ? [new UnknownSetting(said.Path, WrittenBelow(said, type))] : Below(said, type, bound);
    }

    private static string WrittenBelow(IConfigurationSection said, Type type) => BoundSection.NamesOf(type) switch
    {
        [var name, ..] => $"What it takes stands below it, as in {said.Path}:{name}.",
        _ when BoundSection.Below(type, "0") is { } item && BoundSection.IsText(item) => $"It is a list, as in {said.Path}:0.",
        _ => "What it takes stands below it, under a name of its own.",
    };

    private static string Meant(IConfigurationSection said, IReadOnlyList<string> names)
    {
        string section = ParentOf(said.Path);
        return NearestName.Of(said.Key, names) is { } name
            ? $"Did you mean {section}:{name}?"
            : $"{section} has {string.Join(", ", names.Order(StringComparer.Ordinal))}.";
    }

    /// <summary>
    /// Sections whose name is nearly one of these, and that hold a setting of that one: others may be anybody's, and are let alone.
    /// </summary>
    private static IEnumerable<UnknownSetting> Mistyped(IConfiguration configuration, string parent, IReadOnlyList<BoundSection> sections)
    {
        IConfiguration around = parent.Length == 0 ? configuration : configuration.GetSection(parent);
        foreach (IConfigurationSection said in around.GetChildren())
        {
            if (sections.Any(bound => bound.Name.Equals(said.Path, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            string? meant = NearestName.SlipOf(said.Key, sections.Select(bound => LastOf(bound.Name)));
            BoundSection? near = sections.FirstOrDefault(bound => LastOf(bound.Name) == meant);
            if (near is not null && said.GetChildren().Any(child => BoundSection.Below(near.Options, child.Key) is not null))
            {
                yield return new UnknownSetting(said.Path, $"Did you mean {near.Name}?");
            }
        }
    }

    private static string LastOf(string path) => path[(path.LastIndexOf(':') + 1)..];

    private static string ParentOf(string path) => path[..Math.Max(0, path.LastIndexOf(':'))];
}
