using System.Reflection;

namespace EndToEnd;

/// <summary>Where the scripts are, and which build of the services these tests belong to.</summary>
internal static class Repository
{
    /// <summary>The folder of JobOrchestrator.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release: the services are built beside these tests, in the same configuration.</summary>
    public static string Configuration { get; } =
        typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "JobOrchestrator.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Not inside the repository.");
        }

        return folder.FullName;
    }
}
