param([Parameter(Mandatory)] [string] $Module)

# Every powershell block of the README, in order, as a reader would type it: in one folder, in one session.
BeforeDiscovery {
    $root = Split-Path (Split-Path (Split-Path $Module))
    $readme = Get-Content -Raw (Join-Path $root README.md)
    $blocks = [regex]::Matches($readme, '(?ms)^```powershell\r?\n(.*?)^```') | ForEach-Object { @{ Code = $_.Groups[1].Value } }
}

BeforeAll {
    $root = Split-Path (Split-Path (Split-Path $Module))
    $folder = New-Item -Type Directory (Join-Path ([IO.Path]::GetTempPath()) "asr-readme-$([guid]::NewGuid())")
    $null = New-Item -Type SymbolicLink (Join-Path $folder out) -Target (Join-Path $root out)
    Set-Location $folder
    $ConfirmPreference = 'None' # a reader answers yes
    $ErrorActionPreference = 'Stop'
}

AfterAll {
    Disconnect-AsrVault
    Remove-Module AsrFailback # its path ends with the folder
    Set-Location $PSScriptRoot
    Remove-Item $folder -Recurse
}

Describe 'The README' {
    It 'has blocks to run' {
        [regex]::Matches((Get-Content -Raw (Join-Path $root README.md)), '(?m)^```powershell').Count | Should -BeGreaterThan 5
    }

    It 'says what works: <Code>' -ForEach $blocks {
        . ([scriptblock]::Create($Code)) | Out-Null
    }

    It 'ends with a machine that is home, protected, and has every byte' -Tag 'FB-02' {
        (Get-AsrProtectedItem web01).ProtectionState.Value | Should -Be 'Protected'
        (Get-AsrProtectedItem web01).ActiveFabric | Should -Be 'onprem'
        (Get-FileHash ./dr/onprem/datastores/datastore1/web01/disk0-flat.vmdk).Hash | Should -Be (Get-FileHash ./disk.img).Hash
    }
}
