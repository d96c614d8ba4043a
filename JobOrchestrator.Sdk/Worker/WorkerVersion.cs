using System.Reflection;

namespace JobOrchestrator.Sdk;

/// <summary>The version that a worker says.</summary>
internal static class WorkerVersion
{
    /// <summary>What the orchestrator takes, in characters.</summary>
    public const int LengthMax = 100;

    /// <summary>That of the program; null: it has none.</summary>
    public static string? OfThisProcess { get; } = WithoutBuild(
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);

    /// <summary>A version without what says which build it is of: that makes another of each commit.</summary>
    public static string? WithoutBuild(string? version) => version?.Split('+')[0];

    /// <summary>What is sent: no control characters, which no name has, and no more than is taken. Null: nothing.</summary>
    public static string? Of(string? version)
    {
        string text = string.Concat((version ?? "").Where(character => !char.IsControl(character))).Trim();
        int length = text.Length <= LengthMax ? text.Length : char.IsHighSurrogate(text[LengthMax - 1]) ? LengthMax - 1 : LengthMax;
        text = text[..length].TrimEnd();
        return text.Length == 0 ? null : text;
    }
}
