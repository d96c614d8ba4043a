using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CosmosSetup;

/// <summary>A Dapr component as its file has it.</summary>
/// <param name="File">The file.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, such as <c>state.azure.cosmosdb</c>.</param>
/// <param name="SecretStore">The component that holds its secrets; null: none is named.</param>
/// <param name="Settings">Its settings; Dapr takes their names in any case.</param>
internal sealed record Component(
    string File, string Name, string Type, string? SecretStore, IReadOnlyDictionary<string, ComponentSetting> Settings)
{
    /// <summary>The components in a folder's YAML files.</summary>
    /// <exception cref="SetupException">The folder or a file cannot be read.</exception>
    public static IReadOnlyList<Component> ReadFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new SetupException($"The folder {Path.GetFullPath(folder)} is not there; --components names another one.");
        }

        return [.. Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal).SelectMany(ReadFile)];
    }

    private static List<Component> ReadFile(string file)
    {
        try
        {
            using var reader = new StreamReader(file);
            var stream = new YamlStream();
            stream.Load(reader);
            return
            [
                .. stream.Documents.Select(static document => document.RootNode).OfType<YamlMappingNode>()
                    .Where(static root => Text(root, "kind") == "Component").Select(root => Of(file, root)),
            ];
        }
        catch (YamlException problem)
        {
            string message = (problem.InnerException?.Message ?? problem.Message).ReplaceLineEndings(" ");
            throw new SetupException($"{file}, line {problem.Start.Line}: not valid YAML: {message}");
        }
        catch (InvalidOperationException)
        {
            // How YamlDotNet takes a file that ends in the middle of a list.
            throw new SetupException($"{file}: not valid YAML: it ends too early.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SetupException($"{file} cannot be read: {problem.Message}");
        }
    }

    private static Component Of(string file, YamlMappingNode root)
    {
        var settings = new Dictionary<string, ComponentSetting>(StringComparer.OrdinalIgnoreCase);
        var spec = Child(root, "spec") as YamlMappingNode;
        IEnumerable<YamlNode> items = spec is not null && Child(spec, "metadata") is YamlSequenceNode list ? list.Children : [];
        foreach (YamlMappingNode item in items.OfType<YamlMappingNode>())
        {
            var reference = Child(item, "secretKeyRef") as YamlMappingNode;
            settings[Text(item, "name") ?? ""] = new ComponentSetting(
                Text(item, "value"), Text(reference, "name"), Text(reference, "key") ?? Text(reference, "name"));
        }

        return new Component(
            file,
            Text(Child(root, "metadata") as YamlMappingNode, "name") ?? "",
            Text(spec, "type") ?? "",
            Text(Child(root, "auth") as YamlMappingNode, "secretStore"),
            settings);
    }

    private static YamlNode? Child(YamlMappingNode node, string name) =>
        node.Children.TryGetValue(new YamlScalarNode(name), out YamlNode? child) ? child : null;

    private static string? Text(YamlMappingNode? node, string name) =>
        node is not null && Child(node, name) is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;
}

/// <summary>One setting of a component: a value, or where its secret is.</summary>
/// <param name="Value">The value; null where a secret is named.</param>
/// <param name="SecretName">The secret's name.</param>
/// <param name="SecretKey">Which of the secret's values.</param>
internal sealed record ComponentSetting(string? Value, string? SecretName, string? SecretKey);
