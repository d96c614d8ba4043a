namespace JobOrchestrator.Tests.Features;

/// <summary>Keys for a test's settings: <c>{name}-key-0123456789</c> is the secret of each.</summary>
internal static class TestKeys
{
    /// <summary>The settings of these keys, each with what it says besides, as in <c>Permissions=Read</c>.</summary>
    public static Dictionary<string, string?> Of(params (string Name, string[] Says)[] keys)
    {
        var settings = new Dictionary<string, string?>();
        foreach ((int place, (string name, string[] says)) in keys.Index())
        {
            settings[$"Api:Keys:{place}:Name"] = name;
            settings[$"Api:Keys:{place}:Key"] = Secret(name);
            foreach (string[] setting in says.Select(said => said.Split('=', 2)))
            {
                settings[$"Api:Keys:{place}:{setting[0]}"] = setting[1];
            }
        }

        return settings;
    }

    /// <summary>The secret of a key.</summary>
    public static string Secret(string name) => $"{name}-key-0123456789";

    /// <summary>The header by which it is sent.</summary>
    public static (string, string) Bearer(string secret) => ("Authorization", $"Bearer {secret}");
}
