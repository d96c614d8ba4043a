namespace LocalSidecar.Json;

/// <summary>Maps of strings as Go writes them: sorted by name.</summary>
internal static class GoMap
{
    public static void Write(ByteBuffer output, IReadOnlyDictionary<string, string> map)
    {
        output.Write((byte)'{');
        bool first = true;
        foreach ((string name, string value) in map.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            if (!first)
            {
                output.Write((byte)',');
            }

            first = false;
            GoString.Write(output, name);
            output.Write((byte)':');
            GoString.Write(output, value);
        }

        output.Write((byte)'}');
    }
}
