using System.Text.Json;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>The ledger's own reader of what is kept of a day, as far as it needs it.</summary>
internal static class HoursReading
{
    /// <summary>How many jobs were submitted, by the hours of all; 0: the document only marks a deleted one.</summary>
    /// <exception cref="FormatException">It is no such document.</exception>
    public static long SubmittedIn(byte[] utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        if (!document.RootElement.TryGetProperty("all", out JsonElement all))
        {
            return 0;
        }

        long submitted = 0;
        byte[] hours = all.GetBytesFromBase64();
        int at = 0;
        while (at < hours.Length)
        {
            if (Next() > 23)
            {
                throw new FormatException("An hour is none of a day.");
            }

            long column = -1;
            while (Next() is var gap && gap > 0)
            {
                column += gap;
                long count = Next();
                submitted += column == 0 ? count : 0;
            }

            for (int figures = Next() == 0 ? 0 : 6; figures > 0; figures--)
            {
                Next();
            }
        }

        return submitted;

        long Next()
        {
            long number = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte part = at < hours.Length ? hours[at++] : throw new FormatException("A number ends too early.");
                number |= (long)(part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return number;
                }
            }
        }
    }
}
