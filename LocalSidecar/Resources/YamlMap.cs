using LocalSidecar.Errors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LocalSidecar.Resources;

/// <summary>A mapping in a YAML file that knows where it stands, so that a mistake can be reported by file and line.</summary>
internal sealed class YamlMap(string file, YamlMappingNode node)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public string File { get; } = file;

    public IEnumerable<string> Names => node.Children.Keys.OfType<YamlScalarNode>().Select(static key => key.Value ?? "");

    /// <summary>Where it begins.</summary>
    public long Line => node.Start.Line;

    /// <summary>Each name with its line and the mappings that stand there: one, or those of a list.</summary>
    public IEnumerable<(string Name, long Line, IReadOnlyList<YamlMap> Maps)> Entries =>
        from entry in node.Children
        let key = entry.Key as YamlScalarNode
        where key is not null
        let nodes = entry.Value is YamlSequenceNode list ? list.Children : [entry.Value]
        let maps = nodes.OfType<YamlMappingNode>().Select(map => new YamlMap(File, map)).ToList()
        select (key.Value ?? "", key.Start.Line, (IReadOnlyList<YamlMap>)maps);

    /// <summary>The documents of a file; other things than mappings are no resources and are left out.</summary>
    /// <exception cref="StartException">The file cannot be read or is not YAML.</exception>
    public static IReadOnlyList<YamlMap> ReadFile(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var stream = new YamlStream();
            stream.Load(reader);
            return [.. stream.Documents.Select(static document => document.RootNode)
                .OfType<YamlMappingNode>()
                .Select(root => new YamlMap(path, root))];
        }
        catch (YamlException problem)
        {
            throw new StartException($"{path}, line {problem.Start.Line}: not valid YAML: {Short(problem)}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{path} cannot be read: {problem.Message}");
        }
    }

    /// <summary>A scalar, or null when it is absent.</summary>
    public string? Text(string name) => Child(name) switch
    {
        null => null,
        YamlScalarNode scalar => scalar.Value,
        var other => throw Wrong(other, $"'{name}' should be a single value"),
    };

    public string Required(string name) =>
        Text(name) is { Length: > 0 } text ? text : throw Wrong(node, $"'{name}' is missing");

    public YamlMap? Map(string name) => Child(name) switch
    {
        null => null,
        YamlMappingNode map => new YamlMap(File, map),
        YamlScalarNode { Value: null or "" } => null,
        var other => throw Wrong(other, $"'{name}' should be a mapping"),
    };

    public IReadOnlyList<YamlMap> Maps(string name) =>
        [.. Items(name).Select(
            item => item is YamlMappingNode map ? new YamlMap(File, map) : throw Wrong(item, $"'{name}' should be a list of mappings"))];

    public IReadOnlyList<string> Texts(string name) =>
        [.. Items(name).Select(
            item => item is YamlScalarNode { Value: { } text } ? text : throw Wrong(item, $"'{name}' should be a list of single values"))];

    public bool Boolean(string name, bool absent) => Text(name) switch
    {
        null or "" => absent,
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        var text => throw Wrong(Child(name)!, $"'{name}' should be true or false, not '{text}'"),
    };

    public int? Number(string name) => Text(name) switch
    {
        null or "" => null,
        var text when int.TryParse(
            text,
            System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture,
            out int number) => number,
        var text => throw Wrong(Child(name)!, $"'{name}' should be a whole number, not '{text}'"),
    };

    /// <summary>A time to wait: none where it is negative, and no more than a timer takes, which is as good as without end.</summary>
    public TimeSpan? Duration(string name) => Text(name) switch
    {
        null or "" => null,
        var text when GoDuration.TryParse(text, out TimeSpan duration) =>
            duration < TimeSpan.Zero ? TimeSpan.Zero : duration < LongestWait ? duration : LongestWait,
        var text => throw Wrong(Child(name)!, $"'{name}' should be a duration such as 5s, not '{text}'"),
    };

    /// <summary>The mistake, with file and line.</summary>
    public StartException Wrong(string what) => Wrong(node, what);

    private YamlNode? Child(string name) => node.Children.TryGetValue(new YamlScalarNode(name), out YamlNode? child) ? child : null;

    private IEnumerable<YamlNode> Items(string name) => Child(name) switch
    {
        null or YamlScalarNode { Value: null or "" } => [],
        YamlSequenceNode list => list.Children,
        var other => throw Wrong(other, $"'{name}' should be a list"),
    };

    private StartException Wrong(YamlNode at, string what) => new($"{File}, line {at.Start.Line}: {what}.");

    private static string Short(YamlException problem) => (problem.InnerException?.Message ?? problem.Message).ReplaceLineEndings(" ");
}
