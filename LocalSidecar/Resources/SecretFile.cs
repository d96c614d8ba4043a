using System.Text.Json;
using LocalSidecar.Errors;

namespace LocalSidecar.Resources;

/// <summary>A secret store of type <c>secretstores.local.file</c>: a JSON file, read once.</summary>
internal sealed class SecretFile
{
    private readonly SortedDictionary<string, IReadOnlyDictionary<string, string>> _secrets = new(StringComparer.Ordinal);

    /// <summary>Each secret with its values; a store of single values repeats the secret's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Secrets => _secrets;

    /// <param name="component">
    /// Its metadata <c>secretsFile</c> is a path; a relative one is taken from the working folder, as Dapr does, or from the component's
    /// own folder if it is not there.
    /// </param>
    /// <exception cref="StartException">The file is missing or not a JSON object.</exception>
    public static SecretFile Read(Component component)
    {
        string path = component.Metadata.GetValueOrDefault("secretsFile") is { Length: > 0 } file
            ? file
            : throw new StartException($"{component.File}: component '{component.Name}' names no 'secretsFile'.");
        string beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(component.File))!, path);
        path = File.Exists(path) || !File.Exists(beside) ? path : beside;
        string separator = component.Metadata.GetValueOrDefault("nestedSeparator") is { Length: > 0 } given ? given : ":";
        bool multiValued = GoBoolean.TryParse(component.Metadata.GetValueOrDefault("multiValued") ?? "", out bool multi) && multi;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var store = new SecretFile();
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new StartException($"{path} should hold one JSON object.");
            }

            if (multiValued)
            {
                store.AddGroups(json.RootElement, separator);
            }
            else
            {
                Flatten(
                    json.RootElement,
                    "",
                    separator,
                    (name, value) => store._secrets[name] = new Dictionary<string, string> { [name] = value });
            }

            return store;
        }
        catch (JsonException problem)
        {
            throw new StartException($"{path} is not valid JSON: {problem.Message}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The secrets file {path} (component '{component.Name}') cannot be read: {problem.Message}");
        }
    }

    private void AddGroups(JsonElement root, string separator)
    {
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String)
            {
                _secrets[member.Name] = new Dictionary<string, string> { [member.Name] = member.Value.GetString()! };
            }
            else if (member.Value.ValueKind == JsonValueKind.Object)
            {
                var values = new Dictionary<string, string>(StringComparer.Ordinal);
                Flatten(member.Value, "", separator, (name, value) => values[name] = value);
                _secrets[member.Name] = values;
            }
        }
    }

    private static void Flatten(JsonElement element, string path, string separator, Action<string, string> add)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    Flatten(member.Value, path.Length == 0 ? member.Name : path + separator + member.Name, separator, add);
                }

                break;
            case JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Flatten(item, $"{path}{separator}{index++}", separator, add);
                }

                break;
            default:
                add(path, element.ToString());
                break;
        }
    }
}
