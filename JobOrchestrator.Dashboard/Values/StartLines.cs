using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Values;

/// <summary>A job that is to be started, as lines to copy that start the same.</summary>
internal sealed class StartLines
{
    private readonly JsonElement? _input;
    private readonly JobOptions _options;

    private StartLines(JsonElement? input, JobOptions options) => (_input, _options) = (input, options);

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The lines of a job; null: its input cannot be written out, for it has a half of a character.</summary>
    /// <param name="input">What it is given; null: nothing.</param>
    /// <param name="options">What else is said of it.</param>
    public static StartLines? Of(JsonElement? input, JobOptions options)
    {
        var lines = new StartLines(input, options);
        try
        {
            lines.ByTool();
            return lines;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private bool IsEndless => _options.MaxRetries < 0;

    /// <summary>By curl.</summary>
    public string InAShell(string origin) => Lines.Submit(origin, Written(Body));

    /// <summary>By the command line.</summary>
    public string ByTool()
    {
        var line = new StringBuilder("jobs submit");
        foreach ((string name, string? value) in Said)
        {
            if (value is not null)
            {
                line.Append(CultureInfo.InvariantCulture, $" --{name}={ShellText.Quoted(value)}");
            }
        }

        // What begins with a minus sign is no option.
        string type = _options.Type ?? "", text = _input is { } given ? Written(given.WriteTo) : "";
        line.Append(type.StartsWith('-') || text.StartsWith('-') ? " -- " : " ").Append(ShellText.Quoted(type));
        return (text.Length == 0 ? line : line.Append(' ').Append(ShellText.Quoted(text))).ToString();
    }

    /// <summary>By C#.</summary>
    public string InCode()
    {
        string given = CodeText.Quoted(_input is { } value ? Written(value.WriteTo) : "null");
        (string Name, string? Value)[] members =
        [
            ("Type", Text(_options.Type)),
            ("Queue", Text(_options.Queue)),
            ("Owner", Text(_options.Owner)),
            ("ExternalId", Text(_options.ExternalId)),
            ("RunAt", _options.RunAt is { } at ? $"DateTimeOffset.Parse({CodeText.Quoted(Instant(at))})" : null),
            ("Priority", _options.Priority is { } priority and not 0 ? Number(priority) : null),
            ("MaxRetries", IsEndless ? "JobTypeAttribute.Endless" : _options.MaxRetries is { } retries ? Number(retries) : null),
            ("Labels", _options.Labels is { } labels
                ? $$"""new Dictionary<string, string> { {{string.Join(", ", labels.Select(InCode))}} }"""
                : null),
        ];
        string said = string.Join(
            ", ", members.Where(member => member.Value is not null).Select(member => $"{member.Name} = {member.Value}"));
        return $$"""await client.EnqueueAsync(JsonDocument.Parse({{given}}).RootElement, new JobOptions { {{said}} });""";
    }

    private IEnumerable<(string Name, string? Value)> Said =>
    [
        ("queue", _options.Queue),
        ("owner", _options.Owner),
        ("external-id", _options.ExternalId),
        ("run-at", _options.RunAt is { } at ? Instant(at) : null),
        ("priority", _options.Priority is { } priority and not 0 ? Number(priority) : null),
        ("retries", _options.MaxRetries is { } retries ? Number(retries) : null),
        .. (_options.Labels ?? new Dictionary<string, string>()).Select(label => ("label", (string?)$"{label.Key}={label.Value}")),
    ];

    private void Body(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        Write(writer, "type", _options.Type);
        Write(writer, "queue", _options.Queue);
        Write(writer, "owner", _options.Owner);
        Write(writer, "externalId", _options.ExternalId);
        if (_input is { } given)
        {
            writer.WritePropertyName("input");
            given.WriteTo(writer);
        }

        Write(writer, "runAt", _options.RunAt is { } at ? Instant(at) : null);
        if (_options.Priority is { } priority and not 0)
        {
            writer.WriteNumber("priority", priority);
        }

        if (IsEndless)
        {
            writer.WriteString("maxRetries", "unlimited");
        }
        else if (_options.MaxRetries is { } retries)
        {
            writer.WriteNumber("maxRetries", retries);
        }

        if (_options.Labels is { } labels)
        {
            writer.WriteStartObject("labels");
            foreach ((string key, string value) in labels)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Readable))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static string InCode(KeyValuePair<string, string> label) =>
        $"[{CodeText.Quoted(label.Key)}] = {CodeText.Quoted(label.Value)}";

    private static string? Text(string? text) => text is null ? null : CodeText.Quoted(text);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
