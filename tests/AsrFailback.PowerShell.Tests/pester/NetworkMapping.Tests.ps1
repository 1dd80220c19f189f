param([Parameter(Mandatory)] [string] $Module)

BeforeAll {
    Import-Module $Module -Force
    $folder = New-Item -Type Directory (Join-Path ([IO.Path]::GetTempPath()) "asr-network-$([guid]::NewGuid())")
    Set-Location $folder
    [IO.File]::WriteAllBytes((Join-Path $PWD 'disk.img'), [byte[]]::new(1MB))
    New-AsrVault ./vault
    $null = New-AsrFabric onprem VMware ./onprem -Wait
    $null = New-AsrFabric azure Azure ./azure -Wait
    $null = New-AsrMachine web01 -Fabric onprem -DiskPath ./disk.img -Wait
    $null = Enable-AsrProtection web01 -Wait
}

AfterAll {
    Disconnect-AsrVault
    Set-Location $PSScriptRoot
    Remove-Item $folder -Recurse
}

Describe 'Network mapping' {
    It 'is made, listed and forgotten by the pipeline' -Tag 'FO-12' {
        (New-AsrNetworkMapping (Get-AsrFabric onprem) (Get-AsrNetwork 'VM Network') azure vnet-recovery -Wait).State | Should -Be 'Succeeded'
        $mapping = Get-AsrNetworkMapping on*
        $mapping.PrimaryFabric, $mapping.PrimaryNetwork, $mapping.RecoveryFabric, $mapping.RecoveryNetwork | Should -Be 'onprem', 'VM Network', 'azure', 'vnet-recovery'
        Get-AsrNetworkMapping azure | Should -BeNullOrEmpty
        $mapping | Remove-AsrNetworkMapping -WhatIf
        Get-AsrNetworkMapping | Should -Not -BeNullOrEmpty
        $null = $mapping | Remove-AsrNetworkMapping -Force -Wait
        Get-AsrNetworkMapping | Should -BeNullOrEmpty
    }

    It 'names the networks that there are' -Tag 'FO-12' {
        $null = New-AsrNetworkMapping onprem 'VM Network' azure nowhere -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].Exception.Error.Reasons.Id | Should -Be 'NetworkUnknown'
        "$($failed[0])" | Should -Match 'vnet-recovery'
    }
}

Describe 'A routing hook' {
    It 'is set, kept and taken away' -Tag 'FO-12' {
        function Get-Routing { (Get-AsrProtectedItem web01).ForwardPolicy.Routing }

        $null = Set-AsrProtection web01 -RoutingHook 'https://example.com/route' -RoutingTokenVariable ROUTE_TOKEN -Wait
        (Get-Routing).Address, (Get-Routing).TokenVariable | Should -Be 'https://example.com/route', 'ROUTE_TOKEN'
        $null = Set-AsrProtection web01 -MaxPoints 10 -Wait
        (Get-Routing).TokenVariable | Should -Be 'ROUTE_TOKEN'
        $null = Set-AsrProtection web01 -RoutingHook 'http://example.com/route' -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].Exception.Error.Reasons.Id | Should -Be 'RoutingInvalid'
        $null = Set-AsrProtection web01 -RoutingHook '' -Wait
        Get-Routing | Should -BeNullOrEmpty
    }
}

Describe 'Disabling a protection' {
    It 'says with -WhatIf what it leaves' -Tag 'FO-11' {
        Start-Transcript ./whatif.txt | Out-Null
        Disable-AsrProtection web01 -WhatIf
        Stop-Transcript | Out-Null
        (Get-Content ./whatif.txt -Raw) -replace '\s+', ' ' | Should -Match 'goes on running at onprem; azure keeps its disks as they were replicated last, switched off; recovery points that are deleted: [1-9]'
        (Get-AsrProtectedItem web01).ProtectionState | Should -Be 'Protected'
    }
}
