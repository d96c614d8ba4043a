namespace JobOrchestrator.Core;

/// <summary>The finaliser of splitmix64: whatever two numbers differ in, about half of the bits of what it makes of them differ.</summary>
internal static class Mixing
{
    public static ulong Mix(ulong number)
    {
        number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9UL;
        number = (number ^ number >> 27) * 0x94D049BB133111EBUL;
        return number ^ number >> 31;
    }
}
