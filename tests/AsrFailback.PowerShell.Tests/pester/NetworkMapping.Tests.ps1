param([Parameter(Mandatory)] [string] $Module)

# Where a machine is attached after a failover, who is told, and what disabling its protection leaves.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Initialize-Vault
    Write-Image disk.img 1
    $null = New-AsrMachine web01 -Fabric onprem -DiskPath ./disk.img -Wait
    $null = Enable-AsrProtection web01 -Wait
}

AfterAll {
    Exit-TestFolder $folder
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
        (Invoke-There 'Disable-AsrProtection web01 -WhatIf').Out |
            Should -Match 'goes on running at onprem; azure keeps its disks as they were replicated last, switched off; recovery points that are deleted: [1-9]'
        (Get-AsrProtectedItem web01).ProtectionState | Should -Be 'Protected'
    }
}
