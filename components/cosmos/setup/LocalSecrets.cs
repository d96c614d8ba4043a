using System.Text.Json;

namespace CosmosSetup;

/// <summary>A secret store of type <c>secretstores.local.file</c>: a JSON file.</summary>
internal static class LocalSecrets
{
    /// <summary>Reads one secret as daprd would.</summary>
    /// <param name="store">The secret store's component.</param>
    /// <param name="setting">Names the secret.</param>
    /// <param name="appFolder">Where daprd runs, from which a relative path is seen.</param>
    /// <returns>The secret, and where it stands.</returns>
    /// <exception cref="SetupException">It cannot be read or is not there.</exception>
    public static (string Secret, string Place) Read(Component store, ComponentSetting setting, string appFolder)
    {
        string file = Path.GetFullPath(Path.Combine(appFolder, Setting(store, "secretsFile")
            ?? throw new SetupException($"{store.File}: component {store.Name} names no secretsFile.")));
        string separator = Setting(store, "nestedSeparator") ?? ":";
        bool multiValued = string.Equals(Setting(store, "multiValued"), "true", StringComparison.OrdinalIgnoreCase);
        string shown = Path.GetFileName(file);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonElement? found = multiValued
                ? Find(json.RootElement, setting.SecretName!, null) is { } group ? Find(group, setting.SecretKey!, separator) : null
                : setting.SecretName == setting.SecretKey ? Find(json.RootElement, setting.SecretName!, separator) : null;
            string place = setting.SecretName == setting.SecretKey ? setting.SecretName! : $"{setting.SecretName} {setting.SecretKey}";
            return found is { ValueKind: JsonValueKind.String } value
                ? (value.GetString()!, $"{place} in {shown}")
                : throw new SetupException($"There is no secret {place} in {file}; secrets.json.example shows what it looks like.");
        }
        catch (JsonException problem)
        {
            throw new SetupException($"{file} is not valid JSON: {problem.Message}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SetupException(
                $"The secrets file cannot be read: {problem.Message} (Copy secrets.json.example to secrets.json; start.sh does.)");
        }
    }

    private static string? Setting(Component store, string name) =>
        store.Settings.TryGetValue(name, out ComponentSetting? setting) ? setting.Value : null;

    /// <summary>A member by its name or, as nested ones are named, by its path with the separator in between.</summary>
    private static JsonElement? Find(JsonElement element, string name, string? separator)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (element.TryGetProperty(name, out JsonElement found))
        {
            return found;
        }

        foreach (JsonProperty member in separator is null ? [] : element.EnumerateObject().ToArray())
        {
            if (name.StartsWith(member.Name + separator, StringComparison.Ordinal)
                && Find(member.Value, name[(member.Name.Length + separator!.Length)..], separator) is { } nested)
            {
                return nested;
            }
        }

        return null;
    }
}
