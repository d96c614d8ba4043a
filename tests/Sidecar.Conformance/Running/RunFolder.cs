namespace Sidecar.Conformance.Running;

/// <summary>A folder of its own for one run: data, and resource files with the run's suffix filled in.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("sidecar-").FullName;

    /// <param name="run">The run's suffix.</param>
    /// <param name="sets">Folders of <c>resources/</c> to take.</param>
    public RunFolder(string run, params string[] sets)
    {
        Directory.CreateDirectory(Resources);
        string secrets = Path.Combine(_path, "local-secrets.json");
        foreach (string file in sets.SelectMany(set => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "resources", set))))
        {
            string text = File.ReadAllText(file)
                .Replace("SECRETS", secrets.Replace('\\', '/'), StringComparison.Ordinal)
                .Replace("-RUN", "-" + run, StringComparison.Ordinal);
            string folder = Path.GetExtension(file) == ".json" ? _path : Resources;
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)), text);
        }
    }

    public string Resources => Path.Combine(_path, "resources");

    public string Data => Path.Combine(_path, "data");

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
