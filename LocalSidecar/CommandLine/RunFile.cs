using JobOrchestrator;
using LocalSidecar.Errors;
using LocalSidecar.Resources;

namespace LocalSidecar.CommandLine;

/// <summary>Dapr's multi-app run file. Only what concerns the sidecars is read: the apps are started by someone else.</summary>
internal static class RunFile
{
    private static readonly string[] Top = ["version", "name", "common", "apps"];

    // Keys that say something about the app's process, about Dapr's own programs, or about parts that LocalSidecar lacks.
    private static readonly string[] Unused =
    [
        "appDirPath", "command", "env", "daprInternalGRPCPort", "metricsPort", "profilePort", "configFilePath",
        "appHealthCheckPath", "readBufferSize", "enableApiLogging", "apiListenAddresses", "enableProfiling",
        "placementHostAddress",
        "schedulerHostAddress", "unixDomainSocket", "runtimePath", "appLogDestination", "daprdLogDestination", "containerImage",
        "containerImagePullPolicy", "createService",
    ];

    /// <summary>The apps of a run file, or of the <c>dapr.yaml</c> in a folder. Paths in it are relative to it.</summary>
    /// <exception cref="StartException">The file is missing or not a run file.</exception>
    public static IReadOnlyList<AppSettings> Read(string path)
    {
        if (Directory.Exists(path))
        {
            path = Path.Combine(path, "dapr.yaml");
        }

        YamlMap root = YamlMap.ReadFile(path) is [var document, ..] ? document : throw new StartException($"{path} is empty.");
        if (root.Names.FirstOrDefault(static name => !Top.Contains(name)) is { } unknown)
        {
            string? meant = NearestName.Of(unknown, Top);
            throw root.Wrong($"'{unknown}' is not a key of a run file{(meant is null ? "" : $"; did you mean '{meant}'?")}");
        }

        YamlMap? common = root.Map("common");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var apps = root.Maps("apps").Select(app => ReadApp(app, common, folder)).ToList();
        return apps.Count > 0 ? apps : throw root.Wrong("'apps' is empty");
    }

    private static AppSettings ReadApp(YamlMap app, YamlMap? common, string folder)
    {
        string appFolder = app.Text("appDirPath") is { } directory ? Path.GetFullPath(Path.Combine(folder, directory)) : folder;
        var settings = new AppSettings { AppId = Path.GetFileName(appFolder) };
        foreach (YamlMap? map in new[] { common, app })
        {
            foreach (string key in map?.Names ?? [])
            {
                if (key is "resourcesPath" or "resourcesPaths" || Unused.Contains(key))
                {
                    continue;
                }

                if (!settings.TryWith(key, map!.Text(key) ?? "", map.File, out settings))
                {
                    throw map.Wrong($"'{key}' is not a key of a run file{AppSettings.Meant(key, Unused)}");
                }
            }
        }

        return settings with { ResourcesPaths = Folders(app, common, folder, appFolder) };
    }

    private static IReadOnlyList<string> Folders(YamlMap app, YamlMap? common, string folder, string appFolder)
    {
        foreach (YamlMap? map in new[] { app, common })
        {
            List<string> own = map is null
                ? []
                : map.Texts("resourcesPaths").Concat(map.Text("resourcesPath") is { Length: > 0 } one ? [one] : []).ToList();
            if (own.Count > 0)
            {
                return [.. own.Select(path => Path.GetFullPath(Path.Combine(folder, path)))];
            }

            string beside = Path.Combine(appFolder, ".dapr", "resources");
            if (map == app && Directory.Exists(beside))
            {
                return [beside];
            }
        }

        return [];
    }
}
